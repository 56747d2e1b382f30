/** Genre name -> id. A film has one to four. */
export const genres = {
	Action: 1,
	Adventure: 2,
	Animation: 3,
	Comedy: 4,
	Crime: 5,
	Drama: 6,
	Family: 7,
	Fantasy: 8,
	History: 9,
	Horror: 10,
	Music: 11,
	Mystery: 12,
	Romance: 13,
	'Science Fiction': 14,
	Thriller: 15,
	War: 16,
	Western: 17,
} as const;

/** ISO 639-1 code -> English name. */
export const languages = {
	de: 'German',
	en: 'English',
	fr: 'French',
	it: 'Italian',
	ja: 'Japanese',
	ko: 'Korean',
	no: 'Norwegian',
	pl: 'Polish',
	pt: 'Portuguese',
	ru: 'Russian',
} as const;

/** ISO 3166-1 code -> English name; `SU` is the code of the Soviet Union, withdrawn in 1992. */
export const countries = {
	AU: 'Australia',
	BR: 'Brazil',
	CA: 'Canada',
	CH: 'Switzerland',
	CZ: 'Czechia',
	DE: 'Germany',
	ES: 'Spain',
	FR: 'France',
	GB: 'United Kingdom',
	GR: 'Greece',
	IE: 'Ireland',
	IT: 'Italy',
	JP: 'Japan',
	KR: 'South Korea',
	NL: 'Netherlands',
	NO: 'Norway',
	NZ: 'New Zealand',
	PL: 'Poland',
	SU: 'Soviet Union',
	US: 'United States',
} as const;

/** Series of films; complete up to the end of 2023. */
export const collections = {
	'Before Trilogy': { id: 51, overview: 'Jesse and Céline, met again every nine years.' },
	'Blade Runner Collection': { id: 52, overview: 'Policemen who hunt artificial people, and what they find out about themselves.' },
	'Kill Bill Collection': { id: 53, overview: 'The revenge of the Bride, in two volumes.' },
	'The Dark Knight Trilogy': { id: 54, overview: 'Batman from his beginning to his end.' },
	'The Godfather Collection': { id: 55, overview: 'Three generations of the Corleone family.' },
	'The Lord of the Rings Collection': { id: 56, overview: 'The war of the Ring, after J. R. R. Tolkien.' },
	'Three Colours Trilogy': { id: 57, overview: 'Liberty, equality and fraternity, one film each.' },
	'Toy Story Collection': { id: 58, overview: 'The life of toys when nobody is looking.' },
} as const;

export type GenreName = keyof typeof genres;
export type LanguageCode = keyof typeof languages;
export type CountryCode = keyof typeof countries;
export type CollectionName = keyof typeof collections;
