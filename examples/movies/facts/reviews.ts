/** Invented for this example, reviewers included: the only thing in this world that is not a fact. */
export interface ReviewFacts {
	readonly film: number;
	readonly author: string;
	/** 1 to 10. */
	readonly rating: number;
	readonly text: string;
}

export const reviews: readonly ReviewFacts[] = [
	// Lost in Translation (2003)
	{ film: 171, author: 'Ines Halloran', rating: 9, text: 'Two people do very little in a hotel, and it stays with you for years.' },
	{ film: 171, author: 'Teodor Vance', rating: 7, text: 'Lovely company, though the city outside never becomes more than a backdrop.' },
	{ film: 171, author: 'Maud Okafor', rating: 8, text: 'The best scenes are silent, and the last one is whispered.' },
	// Parasite (2019)
	{ film: 250, author: 'Teodor Vance', rating: 10, text: 'Every floor of that house turns out to be a chapter. Perfectly built.' },
	{ film: 250, author: 'Maud Okafor', rating: 9, text: 'Funny until the doorbell rings; after that you forget to breathe.' },
	{ film: 250, author: 'Jonas Bell', rating: 9, text: 'A film about stairs, and who has to go down them.' },
	// Barbie (2023)
	{ film: 268, author: 'Ines Halloran', rating: 7, text: 'Pink, clever and a little pleased with itself. Ken steals it.' },
	{ film: 268, author: 'Jonas Bell', rating: 8, text: 'A studio comedy with more ideas than most essays.' },
	// Oppenheimer (2023)
	{ film: 269, author: 'Maud Okafor', rating: 9, text: 'Three hours of talk in rooms, and the most tense film of its year.' },
	{ film: 269, author: 'Teodor Vance', rating: 8, text: 'Superb when it watches a face, hurried when it explains.' },
	// Inception (2010)
	{ film: 202, author: 'Jonas Bell', rating: 8, text: "A heist film where the safe is somebody's childhood." },
	{ film: 202, author: 'Ines Halloran', rating: 7, text: 'All the rules are explained, and still I wanted the top to fall.' },
	// Spirited Away (2001)
	{ film: 160, author: 'Maud Okafor', rating: 10, text: 'A child learns to work, to be polite and to be brave. Nothing is wasted.' },
	{ film: 160, author: 'Jonas Bell', rating: 9, text: 'The train across the water is the calmest minute in cinema.' },
	// Dune (2021)
	{ film: 259, author: 'Teodor Vance', rating: 8, text: 'Enormous and quiet. It ends where most films would begin.' },
	// Dune (1984)
	{ film: 117, author: 'Jonas Bell', rating: 5, text: 'Half a masterpiece of design, half a reading of the glossary.' },
	// Little Women (2019)
	{ film: 252, author: 'Ines Halloran', rating: 9, text: 'Cutting between then and now turns a beloved book into a mystery again.' },
	// Little Women (1994)
	{ film: 134, author: 'Maud Okafor', rating: 8, text: 'Warm without being soft, and beautifully cast.' },
	// Portrait of a Lady on Fire (2019)
	{ film: 248, author: 'Ines Halloran', rating: 10, text: 'A film about looking, in which every look costs something.' },
	// Get Out (2017)
	{ film: 234, author: 'Jonas Bell', rating: 9, text: 'The scariest sound of the year is a teaspoon.' },
	{ film: 234, author: 'Maud Okafor', rating: 8, text: 'A comedy of manners that turns, quite logically, into horror.' },
	// The Piano (1993)
	{ film: 129, author: 'Teodor Vance', rating: 9, text: 'A drama of mud, keys and bargains, told without a voice.' },
	// Pulp Fiction (1994)
	{ film: 133, author: 'Ines Halloran', rating: 9, text: 'Out of order on purpose, and it could be in no other order.' },
	// The Godfather (1972)
	{
		film: 108,
		author: 'Teodor Vance',
		rating: 10,
		text: 'Business is discussed in the dark, and a door closes. That is the whole tragedy.',
	},
	// Casablanca (1942)
	{ film: 102, author: 'Maud Okafor', rating: 10, text: 'Everyone remembers the lines; go back for the faces.' },
];
