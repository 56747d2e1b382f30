import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type FunctionDeclaration, parse } from 'acorn';
import { parseProgram } from '../../src/code/parse.ts';
import { SYNTAX } from '../../src/code/syntax.ts';

/** A function as it is written in JavaScript, types blanked out. */
export function readFunction(text: string): FunctionDeclaration {
	const [node] = parse(text, SYNTAX).body;
	if (node?.type !== 'FunctionDeclaration') throw new Error(`no function: ${text}`);
	return node;
}

/** What models wrote for the samples and benches, and functions that have what else there is in the language. */
export function functionCorpus(): readonly string[] {
	const root = path.join(import.meta.dirname, '../..');
	const files = globSync('{examples/movies/samples,bench/writes/replies}/*.md', { cwd: root }).sort();
	const written = files.flatMap((file) => programsIn(readFileSync(path.join(root, file), 'utf8')));
	return [...new Set([...written, RARE].flatMap(functionsOf))];
}

function programsIn(markdown: string): readonly string[] {
	return [...markdown.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);
}

function functionsOf(source: string): readonly string[] {
	const parsed = parseProgram(source);
	if (!parsed.ok) throw new Error(parsed.diagnostic.message);
	const { functions, javascript } = parsed.program;
	return functions.filter(({ empty }) => !empty).map(({ node }) => javascript.slice(node.start, node.end));
}

const RARE = `
async function longestOf(names: string[], { limit = 5, ...rest }: Options = {}): Promise<Movie[]> {
  const found = new Map<string, Movie>();
  for (const [index, name] of names.entries()) {
    if (index >= limit || !name?.trim()) continue;
    const [person, , third = person] = (await movies.searchPerson({ query: name, ...rest })).results;
    found.set(\`\${index}:\${name}\`, person ?? third);
  }
  return [...found.values()].toSorted((a, b) => b.runtime - a.runtime || a.title.localeCompare(b.title));
}

async function everyPage(query: string): Promise<Movie[]> {
  const all = [];
  let args = { query, page: 1 };
  while (args) {
    const page = await movies.searchMovie(args);
    all.push(...page.results);
    if (all.length >= 1_000) break;
    args = nextPage(page);
  }
  return all;
}

async function withRetries(id: number, attempts = 3): Promise<string> {
  let last;
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return (await movies.getMovie({ movie_id: id })).title;
    } catch (error) {
      last = error;
      if (error instanceof ToolError && error.status === 404) throw new Error(\`no movie has the id \${id}\`, { cause: error });
    } finally {
      console.log('attempt', attempt);
    }
  }
  throw last;
}

async function inParallel(ids: number[]): Promise<object> {
  const settled = await Promise.allSettled(ids.map(async (id) => ({ id, movie: await movies.getMovie({ movie_id: id }) })));
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return Object.fromEntries(done.map(({ id, movie: { title, genres = [] } }) => [id, { title, genres, 'first genre': genres[0]?.name ?? null }]));
}

function groupByDecade(films: Movie[]) {
  const groups = {};
  for (const { release_date: date, title } of films) {
    const decade = Math.floor(Number(date.slice(0, 4)) / 10) * 10;
    groups[decade] ??= [];
    groups[decade].push(title);
  }
  for (const key in groups) if (groups[key].length < 2) delete groups[key];
  return groups;
}

function firstCommon(left: number[][], right: number[][]) {
  let found = -1;
  rows: for (const row of left) {
    for (const other of right) {
      if (row.length !== other.length) continue rows;
      for (let i = 0, n = row.length; i < n; i += 1) {
        if (row[i] === other[i] && row[i] > 0) {
          found = row[i];
          break rows;
        }
      }
    }
  }
  return found;
}

function describeStatus(status: string, count: number) {
  switch (status) {
    case 'released':
    case 'shown': {
      const plural = count === 1 ? '' : 's';
      return 'out in ' + count + ' cinema' + plural;
    }
    case 'planned':
      count = -count;
      break;
    default:
      return void 0;
  }
  return typeof count === 'number' && count !== -0 ? count : undefined;
}

function countingBox(start: number) {
  class Counter {
    #count = start;
    static made = 0;
    step = 1;
    static {
      Counter.made = 0;
    }
    constructor(step) {
      this.step = step;
      Counter.made++;
    }
    get count() {
      return this.#count;
    }
    set count(value) {
      if (#count in this) this.#count = value;
    }
    next() {
      return (this.count += this.step);
    }
    static of(...steps) {
      return steps.map((step) => new Counter(step));
    }
  }
  class Named extends Counter {
    ['name' + start] = 'box';
    next() {
      return super.next() * 2;
    }
  }
  return new Named(2).next() + Counter.made;
}

function walkTree(root: Node) {
  const visit = function walk(node, depth) {
    if (!node) return [];
    return [{ depth, name: node.name }, ...(node.children ?? []).flatMap((child) => walk(child, depth + 1))];
  };
  return visit(root, 0);
}

function* idsOf(pages: Iterable<Page>) {
  let last = 0n;
  for (const page of pages) {
    const answer = yield page.id;
    if (answer) yield* page.ids;
    last += BigInt(page.id);
  }
  do {
    last >>= 1n;
  } while (last > 10n);
  return last;
}

async function streamTitles(pages: AsyncIterable<Page>) {
  const titles = [];
  for await (const { title } of pages) titles.push(title);
  return titles.join(', ');
}

function matchTitles(text: string, titles: string[]) {
  const pattern = /(?<title>[A-Z]\\w+) \\((?<year>\\d{4})\\)/gu;
  const years = new Set<number>();
  for (const { groups } of text.matchAll(pattern)) {
    if (!titles.includes(groups.title)) continue;
    years.add(+groups.year);
  }
  return { years: [...years], raw: String.raw\`\\d\${titles.length}\\n\`, total: years.size };
}

function withAccessors(movie: Movie) {
  let reads = 0;
  const view = {
    __proto__: null,
    movie,
    'full title': \`\${movie.title} (\${movie.year})\`,
    get title() {
      reads++;
      return movie.title;
    },
    set title(value) {
      movie.title = value || 'untitled';
    },
    async load(id = movie.id) {
      return movies.getMovie({ movie_id: id });
    },
    [movie.id]: true,
  };
  view.title &&= view.title.trim();
  return { view, reads, own: Object.keys(view) };
}

function compare(left, right, by = (movie) => movie.year) {
  const a = by(left), b = by(right)
  if (a < b) return -1
  else if (a > b) return 1
  return left?.title?.[0] === right?.title?.[0] ? 0 : left.rank?.() - right.rank?.()
}

function sumOf() {
  var total = 0;
  for (var i = 0; i < arguments.length; i++) {
    total += arguments[i] ** 2 % 7;
  }
  return total & 0xff | 1 << 2;
}

async function recommended(name: string, seen: Set<number> = new Set(), depth = 0): Promise<number[]> {
  const id = await findPersonId(name);
  if (seen.has(id) || depth > 2) return [];
  seen.add(id);
  const films = await listFilms(id);
  const [first] = films.filter((film) => film.vote > 7.5 && !film.adult);
  return first ? [first.id, ...(await recommended(first.director, seen, depth + 1))] : [];
}

function shadowing(x: number, y: number) {
  const twice = (x) => x * 2;
  let sum = twice(y);
  {
    const x = sum - 1;
    sum += x;
    const y = ((x, sum) => x + sum)(x, 3);
    sum -= y;
  }
  try {
    null.x;
  } catch ({ message, name: x }) {
    sum += x.length - message.length;
  }
  return [x, y, sum].map((y) => y + x);
}
`;
