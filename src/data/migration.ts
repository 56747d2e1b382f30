import type { Step } from './step.ts';

export interface Migration {
	/** What it does, for the log. */
	readonly what: string;
	/** The namespace it goes through: without a record there, it has nothing to do. */
	readonly from: string;
	/** Loaded only where it has something to do. */
	readonly load: () => Promise<{ readonly step: Step }>;
}

/** In their order: the database's version is how many of them it has been through. Never changed or taken out once released. */
export const MIGRATIONS: readonly Migration[] = [
	{ what: 'functions get versions', from: 'functions', load: () => import('./migrations/001-function-versions.ts') },
	{
		what: 'threads of Slack become conversations of any chat',
		from: 'slack-threads',
		load: () => import('./migrations/002-engagements.ts'),
	},
	{ what: 'exchanges are kept by workspace', from: 'turns', load: () => import('./migrations/003-turns-by-workspace.ts') },
	{ what: 'questions of the console are found by who asked', from: 'runs', load: () => import('./migrations/004-runs-asked.ts') },
	{
		what: 'unfinished questions wait in the line of their workspace',
		from: 'unfinished-runs',
		load: () => import('./migrations/005-lines.ts'),
	},
];
