/** `npm run slack:manifest -- https://bot.example.com`: the manifest of an app that gets its events over HTTP, and that workspaces can install. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const address = URL.parse(process.argv[2] ?? '');
if (address?.protocol !== 'https:') {
	process.stderr.write('Slack needs the public https address of the bot: npm run --silent slack:manifest -- https://bot.example.com\n');
	process.exit(2);
}
const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../slack-manifest.json'), 'utf8'));
const events = new URL('/slack/events', address).href;
const { features, settings, oauth_config: oauth } = manifest;
const overHttp = {
	...manifest,
	features: { ...features, slash_commands: features.slash_commands.map((command: object) => ({ ...command, url: events })) },
	oauth_config: { ...oauth, redirect_urls: [new URL('/slack/oauth_redirect', address).href] },
	settings: {
		...settings,
		event_subscriptions: { ...settings.event_subscriptions, request_url: events },
		interactivity: { ...settings.interactivity, request_url: events },
		socket_mode_enabled: false,
	},
};
process.stdout.write(`${JSON.stringify(overHttp, null, 2)}\n`);
