import type { LanguagePhrases } from "./table.ts";

export const FRENCH: LanguagePhrases = {
  says: {
    returned: [
      "(?:retourn(?:é|ée|ées|és)|renvoy(?:é|ée)|retour(?:ne)?)(?: en cours)? (?:à|vers|chez) (?:l['’]expéditeur|son expéditeur|l['’]envoyeur)|retour (?:à l['’])?expéditeur",
    ],
    failed: [
      "(?:étiez|était|êtes) absent|n['’](?:avons|a) (?:malheureusement )?(?:pas pu|pu).{0,40}(?:livr|remett|remis)|n['’]a (?:pas )?pu être (?:livré|remis|distribué)|(?:échec|tentative) de (?:la )?(?:livraison|distribution)|avis de passage|livraison (?:a )?échoué|pas pu vous livrer",
    ],
    delivered: [
      "(?:a été|ont été|est|bien été|été) (?:bien )?(?:livré|remis|distribué|déposé)(?:e|s|es)?(?!\\p{L})(?! (?:demain|le |à partir|aujourd))|(?:a|ont)(?: bien)? été (?:livré|remis|distribué)(?:e|s|es)? aujourd|^livrée?s?(?!\\p{L})|colis livré|livraison (?:effectuée|réussie)",
    ],
    out_for_delivery: [
      "en cours de (?:livraison|distribution)|(?:sera|être|sera bien) livrée? aujourd['’]hui|livraison (?:est )?(?:prévue )?aujourd['’]hui|arrive aujourd['’]hui|livreur (?:passera|est en route|arrive)|en tournée|chargé dans le véhicule|avec (?:le|votre) livreur",
      "disponible (?:dans|en|au|chez|à)|vous attend|prêt à être retiré|à retirer|mis(?:e)? à disposition",
    ],
    delayed: [
      "retardée?|retard(?!é)|reportée?|nouvelle date (?:estimée )?de livraison|plus tard que prévu|bloqué en douane|contretemps",
    ],
    label_created: [
      "étiquette de retour|étiquette (?:a été |est )?(?:créée|générée|imprimée)|(?:va bientôt être|en attente d['’]être|en attente de) (?:pris|prise|remis|confié)|préparation chez (?:l['’]|son |votre )?(?:expéditeur|marchand|vendeur)|informations (?:de|sur) (?:votre|l['’]) ?(?:colis|envoi)|pas encore (?:été )?(?:pris en charge|remis|reçu)|annoncé par",
    ],
    in_transit: [
      "en cours d['’]acheminement|en transit|(?:pris|prise) en charge|est arrivé (?:sur|dans|à|au).{0,40}(?:site|centre|agence|plateforme|hub)|a quitté|traité (?:par|dans|sur)|trié",
    ],
    shipped: [
      "(?:a été|ont été|est|vient d['’]être|avons|été) (?:bien )?(?:expédié|envoyé|posté|confié)|^expédiée?(?!\\p{L})|(?:commande|colis) expédié|en chemin|en route|est partie?(?!\\p{L})|arrive bientôt|(?:sera|être) livrée? |prévu pour demain|(?:confirmation|avis) d['’]expédition",
    ],
    ordered: [
      "merci (?:pour|de) (?:votre|ta) (?:commande|achat|confiance)|confirmation de (?:votre |la )?commande|(?:bien )?(?:reçu|enregistré|validé|confirmé) votre commande|commande (?:\\S+ )?(?:est |a (?:bien )?été )?(?:confirmée|enregistrée|validée|reçue)|^commandé",
    ],
  },
  conditional: [
    "(?<!\\p{L})(?:dès|lorsque|quand|si vous|au cas où|souhaitez|une fois|passé ce délai|au-delà|sera (?:retourné|renvoyé))(?!\\p{L})",
  ],
};
