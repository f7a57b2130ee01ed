import type { Language } from "./mail.ts";

/** What events, contacts, files and tasks of one language are made of; `{topic}` and the like come from the mails. */
export interface DeskPhrases {
  readonly calendars: readonly string[];
  readonly folders: readonly string[];
  readonly lists: readonly string[];
  readonly meetings: readonly string[];
  readonly series: readonly string[];
  readonly days: readonly string[];
  readonly agenda: readonly string[];
  readonly moved: string;
  readonly jobs: readonly (readonly [title: string, department: string])[];
  readonly streets: readonly string[];
  readonly cities: readonly (readonly [postcode: string, city: string])[];
  readonly country: string;
  readonly remarks: readonly string[];
  readonly files: {
    readonly word: readonly string[];
    readonly sheet: readonly string[];
    readonly presentation: readonly string[];
    readonly text: readonly string[];
  };
  readonly columns: readonly string[];
  readonly speaking: string;
  readonly tasks: readonly string[];
  readonly steps: readonly string[];
}

const ENGLISH: DeskPhrases = {
  calendars: ["Calendar", "Family", "Volunteering"],
  folders: ["Projects", "Finance", "Travel"],
  lists: ["Tasks", "Groceries", "House"],
  meetings: ["Review: {topic}", "Call with {company}", "Interview, {topic}", "Lunch with {name}", "Dentist"],
  series: ["Weekly team meeting", "Stand-up: {topic}", "One to one with {name}", "Choir practice"],
  days: ["Holiday", "{name} is away", "Trade fair", "Training day"],
  agenda: ["Agenda: {topic}, the budget, and who does what.", "Please bring the figures for {topic}."],
  moved: "Moved, this once, because {room} is taken.",
  jobs: [["Head of Sales", "Sales"], ["Software Engineer", "Development"], ["Accountant", "Finance"], ["Buyer", ""]],
  streets: ["12 Quay Street", "4 Mill Lane", "88 Victoria Road"],
  cities: [["LS1 4DY", "Leeds"], ["BS1 5TR", "Bristol"], ["EH1 1YZ", "Edinburgh"]],
  country: "United Kingdom",
  remarks: ["Met at the trade fair.", "Prefers a call before noon.", "Sings in the choir."],
  files: {
    word: ["Proposal {topic}", "Minutes {topic}", "Contract {company}"],
    sheet: ["Budget {topic}", "Price list {company}", "Time sheet"],
    presentation: ["Pitch {topic}", "Review of the quarter", "Training {topic}"],
    text: ["notes", "readme"],
  },
  columns: ["Item", "Quantity", "Price", "Due"],
  speaking: "Say this slowly: {topic} comes first.",
  tasks: ["Call {name}", "Send the offer to {company}", "Book a room for {topic}", "Buy {goods}", "File the receipts"],
  steps: ["Look up the number", "Write a draft", "Ask for approval"],
};

const GERMAN: DeskPhrases = {
  calendars: ["Kalender", "Familie", "Ehrenamt"],
  folders: ["Projekte", "Finanzen", "Reisen"],
  lists: ["Aufgaben", "Einkauf", "Haushalt"],
  meetings: ["Durchsicht: {topic}", "Telefonat mit {company}", "Vorstellungsgespräch, {topic}", "Essen mit {name}"],
  series: ["Wöchentliche Teamrunde", "Kurzrunde: {topic}", "Zwiegespräch mit {name}", "Chorprobe"],
  days: ["Feiertag", "{name} ist im Urlaub", "Messe in Köln", "Schulungstag"],
  agenda: ["Tagesordnung: {topic}, Haushalt, Zuständigkeiten.", "Bitte die Zahlen zu {topic} mitbringen."],
  moved: "Ausnahmsweise verschoben, {room} ist belegt.",
  jobs: [["Vertriebsleiterin", "Vertrieb"], ["Entwickler", "Technik"], ["Buchhalterin", "Finanzen"], ["Einkäufer", ""]],
  streets: ["Hafenstraße 12", "Mühlgasse 4", "Große Bleichen 88"],
  cities: [["88131", "Lindau"], ["50667", "Köln"], ["20095", "Hamburg"]],
  country: "Deutschland",
  remarks: ["Auf der Messe kennengelernt.", "Am besten vormittags anrufen.", "Singt im Chor."],
  files: {
    word: ["Angebot {topic}", "Protokoll {topic}", "Vertrag {company}"],
    sheet: ["Haushaltsplan {topic}", "Preisliste {company}", "Stundenzettel"],
    presentation: ["Vortrag {topic}", "Rückblick auf das Quartal", "Schulung {topic}"],
    text: ["Notizen", "Liesmich"],
  },
  columns: ["Posten", "Menge", "Preis", "Fällig"],
  speaking: "Langsam vortragen: {topic} zuerst.",
  tasks: [
    "{name} anrufen",
    "Angebot an {company} senden",
    "Raum für {topic} buchen",
    "{goods} kaufen",
    "Belege abheften",
  ],
  steps: ["Nummer heraussuchen", "Entwurf schreiben", "Freigabe einholen"],
};

const FRENCH: DeskPhrases = {
  calendars: ["Calendrier", "Famille", "Bénévolat"],
  folders: ["Projets", "Finances", "Voyages"],
  lists: ["Tâches", "Courses", "Maison"],
  meetings: ["Revue : {topic}", "Appel avec {company}", "Entretien, {topic}", "Déjeuner avec {name}", "Dentiste"],
  series: ["Réunion d'équipe hebdomadaire", "Point rapide : {topic}", "Tête-à-tête avec {name}", "Répétition de chœur"],
  days: ["Jour férié", "{name} est en congé", "Salon professionnel", "Journée de formation"],
  agenda: ["Ordre du jour : {topic}, le budget, et qui fait quoi.", "Merci d'apporter les chiffres pour {topic}."],
  moved: "Déplacé pour cette fois, {room} est prise.",
  jobs: [["Directrice des ventes", "Ventes"], ["Développeur", "Technique"], ["Comptable", "Finances"], [
    "Acheteuse",
    "",
  ]],
  streets: ["12 quai de la Gare", "4 rue du Moulin", "88 avenue Victor-Hugo"],
  cities: [["69002", "Lyon"], ["13001", "Marseille"], ["75012", "Paris"]],
  country: "France",
  remarks: ["Rencontré au salon.", "Appeler plutôt le matin.", "Chante dans le chœur."],
  files: {
    word: ["Proposition {topic}", "Compte rendu {topic}", "Contrat {company}"],
    sheet: ["Budget {topic}", "Tarifs {company}", "Relevé d'heures"],
    presentation: ["Présentation {topic}", "Bilan du trimestre", "Formation {topic}"],
    text: ["remarques", "lisez-moi"],
  },
  columns: ["Article", "Quantité", "Prix", "Échéance"],
  speaking: "À dire lentement : {topic} d'abord.",
  tasks: ["Appeler {name}", "Envoyer l'offre à {company}", "Réserver une salle pour {topic}", "Acheter {goods}"],
  steps: ["Chercher le numéro", "Écrire une ébauche", "Demander l'accord"],
};

/** The phrases by language. */
export const DESK_PHRASES: Readonly<Record<Language, DeskPhrases>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };
