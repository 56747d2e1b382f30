import type { Step } from '../step.ts';

/** `<team>/<channel>/<thread>/<user>`, of Slack alone, becomes `<conversation>/<user>`. */
export const step: Step = async (storage, { check }) => {
	const threads = storage.records<{ readonly since: string }>('slack-threads');
	const engagements = storage.records<{ readonly since: string }>('engagements');
	for await (const [key, thread] of threads.entries()) {
		check();
		// It counts from the first time on.
		await engagements.change(`slack:${key}`, (known) => (known && known.since <= thread.since ? undefined : thread));
		await threads.delete(key);
	}
};
