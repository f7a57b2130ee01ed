import type { LanguagePhrases } from "./table.ts";

export const SPANISH: LanguagePhrases = {
  says: {
    returned: [
      "(?:devuelto|devolución|retornado|devolviendo|devuelve).{0,20} (?:al|a su|hacia el) (?:remitente|origen|vendedor)",
    ],
    failed: [
      "no (?:hemos podido|se ha podido|pudimos|ha podido|se pudo).{0,40} (?:entreg|realizar)|(?:hemos intentado|intentamos) entreg|intento de entrega|(?:estabas|estaba|destinatario) ausente|entrega fallida|no había nadie|no ha sido posible (?:la entrega|entregar)",
    ],
    delivered: [
      "(?:ha sido|fue|se ha|hemos|ha|han sido) (?:sido )?entregad[oa]s?|^entregad[oa]|entrega (?:realizada|completada|efectuada)|(?:paquete|pedido|envío) entregado",
    ],
    out_for_delivery: [
      "en reparto|(?:a|de) reparto|(?:llega|llegará|entregará|entregado|entrega|recibirás|recibirá).{0,30} hoy|hoy (?:llega|recibes|es el día)|con (?:el|tu|nuestro) repartidor|(?:nuestro|tu|el) repartidor|(?:listo|disponible|preparado) para (?:recoger|ser recogido|su recogida|la recogida)|puedes (?:pasar a )?recoger|a tu disposición|te espera en",
    ],
    delayed: ["retras|demora|nueva fecha (?:prevista|estimada|de entrega)|más tarde de lo|retenido en (?:la )?aduana"],
    label_created: [
      "etiqueta de devolución|etiqueta (?:de (?:su|tu) envío|ha sido (?:creada|generada)|creada|generada)|la etiqueta|pre-?registrado|prerregistrado|pendiente de (?:recepción|admisión|recogida)|información (?:de|sobre) (?:tu|su) envío (?:ha sido )?recibida|aún no (?:hemos recibido|ha sido)",
    ],
    in_transit: [
      "en tránsito|en nuestras instalaciones|(?:ha llegado|llegó) (?:a|al) (?:centro|nuestra|la|oficina)|admitido|(?:hemos recibido|recogido) (?:tu|su|el) (?:paquete|envío)|clasificado|ha salido (?:del|de la)",
    ],
    shipped: [
      "(?:ha sido|hemos|fue|se ha|han sido|ya está) enviad[oa]s?|^enviad[oa]|en camino|de camino|(?:pedido|paquete) enviado|llega(?:rá)? (?:mañana|el)|confirmación de envío|ha salido de nuestro almacén|expedido",
    ],
    ordered: [
      "gracias por (?:tu|su|la) (?:pedido|compra)|confirmación de(?:l| tu| su)? (?:pedido|compra)|(?:hemos )?recibido (?:tu|su) pedido|pedido (?:\\S+ )?(?:está |ha sido )?(?:confirmado|recibido|realizado)|^pedido realizado",
    ],
  },
  conditional: [
    "(?<!\\p{L})(?:cuando|en cuanto|si no|si quieres|una vez|quieres|transcurrido|pasado (?:este|ese) plazo|se devolverá|será devuelto)(?!\\p{L})|te avisaremos|le avisaremos",
  ],
};
