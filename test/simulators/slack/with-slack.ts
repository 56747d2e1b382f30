import type { AddressInfo } from 'node:net';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { type Slack, type SlackOptions, startSlack } from './slack.ts';

export type Mode = 'socket' | 'http';

export interface WithSlack {
	readonly slack: Slack;
	/** A real Bolt app, connected; `prepare` adds its listeners. Resolves with the address that it hears events at, over HTTP. */
	boltApp(mode: Mode, prepare: (app: App) => void): Promise<string>;
}

/** A simulator for one test. When that is over, the apps stop first. */
export async function withSlack(t: { after(work: () => Promise<void>): void }, options?: SlackOptions): Promise<WithSlack> {
	const slack = await startSlack(options);
	const apps: App[] = [];
	t.after(async () => {
		for (const app of apps) await app.stop();
		await slack.close();
	});
	return {
		slack,
		async boltApp(mode, prepare) {
			const app = mode === 'socket' ? overSocket(slack) : overHttp(slack);
			apps.push(app);
			prepare(app);
			const connections = slack.connections();
			const server = await app.start(0);
			if (mode === 'socket') {
				await slack.connected(connections + 1);
				return '';
			}
			const { port } = (server as { address(): AddressInfo }).address();
			const url = `http://127.0.0.1:${port}/slack/events`;
			await slack.deliverTo(url);
			return url;
		},
	};
}

function overSocket(slack: Slack): App {
	const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
	// It waits that long before it connects again; the default is 5 s.
	const clientPingTimeout = 300;
	const receiver = new SocketModeReceiver({
		appToken: slack.appToken,
		clientPingTimeout,
		installerOptions: { clientOptions },
		logLevel: LogLevel.ERROR,
	});
	return new App({ token: slack.token, clientOptions, receiver, logLevel: LogLevel.ERROR });
}

function overHttp(slack: Slack): App {
	const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
	return new App({ token: slack.token, signingSecret: slack.signingSecret, clientOptions, logLevel: LogLevel.ERROR });
}
