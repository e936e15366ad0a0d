export const GIVEN = [
  "Ada", "Björn", "Carmen", "Dáithí", "Elif", "Fumiko", "Grégoire", "Hanne", "Ilse", "João", "Katarzyna", "Liam",
  "Mårten", "Nadia", "Oisín", "Priya", "Quentin", "Ragnhild", "Søren", "Tomás", "Ulla", "Višnja", "Wim", "Ximena",
  "Yusuf", "Zoë", "明美", "Ольга", "ليلى", "Νίκος",
] as const;

export const FAMILY = [
  "Almeida", "Bakker", "Çelik", "Dahl", "Eriksen", "Fischer", "Gómez", "Hansen", "Ivanov", "Jónsdóttir", "Kowalski",
  "Lindqvist", "MacLeod", "Nakamura", "O’Brien", "Petrović", "Quist", "Rasmussen", "Sørlie", "Tanaka", "Ueda",
  "van der Meer", "Walsh", "Xanthos", "Yılmaz", "Žižka",
] as const;

export const PORTS = [
  ["NO", "Bergen", 60.3929, 5.3221], ["NO", "Ålesund", 62.4722, 6.1549], ["DK", "Skagen", 57.7209, 10.5834],
  ["SE", "Göteborg", 57.7089, 11.9746], ["NL", "Vlissingen", 51.4536, 3.5709], ["DE", "Cuxhaven", 53.8617, 8.6942],
  ["GB", "Lerwick", 60.1545, -1.1494], ["IE", "Cobh", 51.8503, -8.2943], ["FR", "Saint-Malo", 48.6493, -2.0257],
  ["ES", "A Coruña", 43.3623, -8.4115], ["PT", "Setúbal", 38.5244, -8.8926], ["IS", "Höfn", 64.2539, -15.2082],
] as const;

export const VESSELS = [
  "Nordlys", "Sea Holly", "Kittiwake", "Fulmar", "Maren Elise", "St. Brendan", "Havørn", "Gannet II", "Étoile du Nord",
  "Tern", "Old Peculier", "Skua",
] as const;

export const TAGS = [
  "cash", "trade", "trawler", "yacht", "ferry", "pilot", "research", "tug", "vip", "overdue", "winter-lay-up",
] as const;

export const GOODS = [
  ["ROP-16", "Mooring rope 16 mm", 3.4], ["SHK-10", "Bow shackle 10 mm", 6.25], ["ANT-05", "Antifouling, 5 l", 129],
  ["LMP-12", "Masthead lamp 12 V", 48.9], ["CHT-28", "Chart 28, North Sea", 31.5], ["BLK-57", "Snatch block 57 mm", 84],
  ["FND-3", "Fender F3", 42.75], ["FLR-4", "Parachute flare", 38.2], ["PMP-20", "Bilge pump 2000 gph", 97.4],
  ["OIL-15", "Diesel oil 15W-40, 20 l", 88], ["ZNC-2", "Zinc anode 2 kg", 17.95], ["TEA-1", "Builder’s tea, 1 kg", 11.1],
] as const;

export const REMARKS = [
  "Left on the quay by the blue crane.", "Skipper asks for the invoice in øre, not euro.", "Back-ordered twice already.",
  "Ropes cut to length and whipped.", "Paid in cash 💶, receipt in the drawer.", "Tide at 04:40, deliver the evening before.",
  "Two cartons were damp: replaced.", "Call on VHF 77 before coming alongside.", "Smells of herring. Do not stack.",
  "签收人不在，改天再送。", "Returned: wrong thread on the shackles.", "The dog is friendly 🐕‍🦺.",
] as const;
