import type { Phrases } from "./phrases.ts";

export const FRENCH: Phrases = {
  greetings: ["Bonjour {to},", "Cher collègue, chère collègue,", "Salut {to},", "Madame, Monsieur,"],
  closings: ["Cordialement,\n{from}", "Bien à vous,\n{from}", "À bientôt,\n{from}", "Merci d'avance,\n{from}"],
  sentences: [
    "Les chiffres pour {topic} sont arrivés, un peu meilleurs que prévu.",
    "J'ai relu l'ébauche hier soir et j'ai laissé mes remarques dans la marge.",
    "Pourriez-vous y jeter un œil avant {day} ? La direction veut le voir l'après-midi même.",
    "Le fournisseur a confirmé la nouvelle date, mais demande la moitié de la somme d'avance.",
    "Il faudrait décider bientôt si {topic} reste prévu pour ce trimestre.",
    "Personne ne s'y est opposé pendant la réunion, je prends cela pour un accord.",
    "Une question reste ouverte au sujet du contrat ; le service juridique doit y répondre.",
    "Le client a appelé deux fois à propos du retard et souhaite une date ferme.",
    "J'ai mis les chiffres dans un seul tableau pour faciliter la comparaison.",
    "Si nous commençons {day}, les essais seront terminés la semaine suivante.",
    "L'ancien serveur sera arrêté à la fin du mois.",
    "Merci de garder les frais de déplacement en dessous de ce qui a été convenu au printemps.",
    "Deux des candidats étaient très bons, le troisième n'était pas préparé.",
  ],
  meeting: {
    subjects: ["Réunion {topic}, {day}", "Déplacé : {topic}, désormais {day} à {hour}", "Ordre du jour : {topic}"],
    bodies: [
      "Pouvons-nous nous voir {day} à {hour} dans {room} pour parler de {topic} ?",
      "Je dois déplacer notre entretien sur {topic} à {day}, {hour}. Le lieu ne change pas : {room}.",
      "Pour {day} à {hour}, je propose trois points : {topic}, le budget, et qui fait quoi d'ici là.",
    ],
  },
  order: {
    subjects: ["Votre commande {order} a été expédiée", "Confirmation de commande {order}", "Votre colis est en route"],
    bodies: [
      "Merci pour votre commande {order}. Nous avons confié votre article ({goods}) à {carrier}.\nNuméro de suivi : {parcel}\nLivraison prévue : {day}.\nTotal : {price}",
      "Bonne nouvelle : votre article ({goods}) a quitté notre entrepôt aujourd'hui.\nTransporteur : {carrier}\nNuméro de suivi : {parcel}\nSuivre le colis : https://track.{domain}/{parcel}",
    ],
  },
  newsletter: {
    subjects: ["{topic} : ce qui a changé cette semaine", "La lettre du {day} : {topic}", "Des nouvelles de {company}"],
    items: [
      "Pourquoi {topic} compte plus qu'il y a un an, en quatre graphiques.",
      "Une lectrice demande comment se préparer à {topic} ; trois personnes répondent.",
      "Notre prochaine soirée ouverte a lieu {day} à {hour}. Entrée libre, places limitées.",
      "À moitié prix jusqu'à {day} : {goods}, en trois couleurs.",
    ],
    ending: "Vous recevez cette lettre parce que vous y êtes abonné. Se désabonner : https://{domain}/desabonnement",
  },
  note: {
    subjects: ["Petite question sur {topic}", "Déjeuner {day} ?", "{topic}", "Clés et stationnement"],
    bodies: [
      "En deux mots : qui a la dernière version pour {topic} ?",
      "Êtes-vous libre pour déjeuner {day} ? Le nouveau restaurant près de {room} est réputé bon.",
      "J'ai laissé les clés à l'accueil. Le stationnement est payé jusqu'à {day}.",
    ],
  },
  report: {
    subjects: ["Rapport : {topic}, deuxième trimestre", "Compte rendu : {topic}", "Proposition pour {topic}"],
    headings: ["Résumé", "Ce qui a été fait", "Coûts", "Risques", "Étapes suivantes", "Questions ouvertes"],
  },
  reference: "Notre référence : {word}.",
  correction: "Rectification de {day} : merci d'utiliser désormais la référence {word}.",
  weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi"],
  topics: [
    "le projet du port",
    "le catalogue d'hiver",
    "le renouvellement d'assurance",
    "le déménagement des bureaux",
    "le recrutement à Lyon",
    "l'audit annuel",
    "la protection des données",
    "le salon professionnel",
  ],
  goods: ["chaussures de marche", "lampe de bureau", "moulin à café", "veste de pluie", "étagère", "casque audio"],
  rooms: ["la salle bleue", "la bibliothèque", "la salle 4.12", "la cantine"],
};
