import { one } from '../facts.ts';
import type { Kind } from '../kind.ts';

export const births: readonly Kind[] = [
	{
		name: 'birthday of a person',
		phrasings: [
			'When was {person} born?',
			'What is the date of birth of {person}?',
			'What is the birthday of {person}?',
			'On which day was {person} born?',
		],
		askedWith: [{ person: 'Bill Murray' }, { person: 'Kathryn Bigelow' }, { person: 'Akira Kurosawa' }, { person: 'Tilda Swinton' }],
		writings: [
			`/** Tells when a person was born. @param personName full name @returns ISO date */
async function findBirthday(personName: string): Promise<string> {
  const personId = await findPersonId(personName);
  // Fetch the details.
  const person = await movies.getPerson({ person_id: personId });
  if (person.birthday === null) throw new Error('The birthday of ' + personName + ' is not recorded');
  return person.birthday;
}`,
			`/** Date of birth of somebody, as year, month and day. @param name full name of the person */
async function dateOfBirth(name: string): Promise<string> {
  const id = await findPersonId(name);
  // Fetch what is known of the person.
  const { birthday } = await movies.getPerson({ person_id: id });
  if (!birthday) throw new Error('Nobody recorded when ' + name + ' was born');
  return birthday;
}`,
		],
		sentence: '{person} was born on ${result}.',
		expected: ({ people }, { person }) => one(people.filter(({ name }) => name === person)).facts.born ?? null,
	},
	{
		name: 'birthplace of a person',
		resembles: 'birthday of a person',
		phrasings: ['Where was {person} born?'],
		askedWith: [{ person: 'Bill Murray' }],
		writings: [
			`/** Tells where a person was born. @param personName full name */
async function findBirthplace(personName: string): Promise<string> {
  const personId = await findPersonId(personName);
  // Fetch the details.
  const person = await movies.getPerson({ person_id: personId });
  if (person.place_of_birth === null) throw new Error('The birthplace of ' + personName + ' is not recorded');
  return person.place_of_birth;
}`,
		],
		sentence: '{person} was born in ${result}.',
		expected: ({ people }, { person }) => one(people.filter(({ name }) => name === person)).facts.birthplace ?? null,
	},
];
