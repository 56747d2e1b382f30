/** Replies that several tests share: the programs of one question about the films. */

export const SCAFFOLD = `/** Counts the films a person directed. @param name full name */
async function countFilms(name: string): Promise<number> {}

const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} films.\`, count);`;

export const PLAN = `async function countFilms(name: string): Promise<number> {
  // 1. Find the person.
  const people = await movies.searchPerson({ query: name });
  // 2. Fetch the credits and count.
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
}`;

export const MAIN = `const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} films.\`, count);`;

/** \`body\` of the one function; the rest of the program is right. */
export function program(body: string, main = MAIN): string {
	return `/** Counts the films a person directed. @param name full name */
async function countFilms(name: string): Promise<number> {
${body}
}

${main}`;
}

export const GOOD = program(`  const people = await movies.searchPerson({ query: name });
  const person = people.results[0];
  if (!person) throw new Error('nobody is called ' + name);
  const credits = await movies.getPersonCredits({ person_id: person.id });
  return credits.crew.filter((credit) => credit.job === 'Director').length;`);

export const QUESTION = 'How many films did Sofia Coppola direct?';
