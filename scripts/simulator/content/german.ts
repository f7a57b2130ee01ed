import type { Phrases } from "./phrases.ts";

export const GERMAN: Phrases = {
  greetings: ["Hallo {to},", "Guten Tag {to},", "Liebe Kollegin, lieber Kollege,", "Guten Morgen {to},"],
  closings: ["Viele Grüße\n{from}", "Mit freundlichen Grüßen\n{from}", "Beste Grüße\n{from}", "Schöne Grüße\n{from}"],
  sentences: [
    "Die Zahlen zu {topic} liegen vor und sind etwas besser als befürchtet.",
    "Ich habe den Entwurf gestern Abend gelesen und meine Anmerkungen an den Rand geschrieben.",
    "Könntest du bis {day} darüberschauen? Die Geschäftsführung will es am Nachmittag sehen.",
    "Der Lieferant hat den neuen Termin bestätigt, verlangt aber die Hälfte im Voraus.",
    "Wir sollten bald entscheiden, ob {topic} in diesem Quartal bleibt.",
    "In der Besprechung hat niemand widersprochen, das werte ich als Zustimmung.",
    "Eine Frage zum Vertrag ist noch offen, die muss die Rechtsabteilung klären.",
    "Der Kunde hat zweimal wegen der Verzögerung angerufen und möchte einen festen Termin.",
    "Ich habe die Zahlen in eine Tabelle übertragen, damit man sie leichter vergleichen kann.",
    "Wenn wir am {day} anfangen, sind die Prüfungen eine Woche später fertig.",
    "Der alte Server wird am Monatsende abgeschaltet.",
    "Bitte haltet die Reisekosten unter dem, was wir im Frühjahr vereinbart haben.",
    "Zwei der Bewerberinnen waren überzeugend, die dritte war nicht vorbereitet.",
  ],
  meeting: {
    subjects: [
      "Besprechung zu {topic} am {day}",
      "Verschoben: {topic}, jetzt {day} um {hour}",
      "Tagesordnung: {topic}",
    ],
    bodies: [
      "Wollen wir uns am {day} um {hour} in {room} treffen, um über {topic} zu sprechen?",
      "Unser Gespräch zu {topic} muss ich auf {day}, {hour}, verlegen. Der Ort bleibt: {room}.",
      "Für {day} um {hour} schlage ich drei Punkte vor: {topic}, das Budget und wer bis dahin was erledigt.",
    ],
  },
  order: {
    subjects: ["Ihre Bestellung {order} wurde versandt", "Bestellbestätigung {order}", "Ihr Paket ist unterwegs"],
    bodies: [
      "Vielen Dank für Ihre Bestellung {order}. Wir haben Ihre Ware ({goods}) an {carrier} übergeben.\nSendungsnummer: {parcel}\nVoraussichtliche Zustellung: {day}.\nGesamtbetrag: {price}",
      "Gute Nachricht: {goods} hat heute unser Lager verlassen.\nVersand mit: {carrier}\nSendungsnummer: {parcel}\nSendung verfolgen: https://track.{domain}/{parcel}",
    ],
  },
  newsletter: {
    subjects: ["{topic}: was sich diese Woche geändert hat", "Der {day}sbrief: {topic}", "Neues von {company}"],
    items: [
      "Warum {topic} wichtiger ist als vor einem Jahr, in vier Schaubildern.",
      "Eine Leserin fragt, wie man sich auf {topic} vorbereitet; drei Erfahrene antworten.",
      "Unser nächster offener Abend ist am {day} um {hour}. Die Plätze sind kostenlos, aber knapp.",
      "Bis {day} zum halben Preis: {goods}, in drei Farben.",
    ],
    ending: "Sie erhalten diesen Brief, weil Sie ihn bestellt haben. Abbestellen: https://{domain}/abmelden",
  },
  note: {
    subjects: ["Kurze Frage zu {topic}", "Mittagessen am {day}?", "{topic}", "Schlüssel und Parkplatz"],
    bodies: [
      "Ganz kurz: Wer hat die neueste Fassung zu {topic}?",
      "Hast du am {day} Zeit zum Mittagessen? Das neue Lokal neben {room} soll gut sein.",
      "Die Schlüssel liegen am Empfang. Der Parkplatz ist bis {day} bezahlt.",
    ],
  },
  report: {
    subjects: ["Bericht: {topic}, zweites Quartal", "Protokoll: {topic}", "Vorschlag für {topic}"],
    headings: ["Zusammenfassung", "Was wir getan haben", "Kosten", "Risiken", "Nächste Schritte", "Offene Fragen"],
  },
  reference: "Unser Zeichen: {word}.",
  correction: "Berichtigung vom {day}: Bitte ab jetzt das Zeichen {word} verwenden.",
  weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"],
  topics: [
    "Hafenprojekt",
    "Winterkatalog",
    "Versicherungsverlängerung",
    "Büroumzug",
    "Stellenausschreibung Köln",
    "Jahresabschlussprüfung",
    "Datenschutz",
    "Messeauftritt",
  ],
  goods: ["Wanderschuhe", "Schreibtischlampe", "Kaffeemühle", "Regenjacke", "Bücherregal", "Kopfhörer"],
  rooms: ["dem blauen Raum", "der Bibliothek", "Raum 4.12", "der Kantine"],
};
