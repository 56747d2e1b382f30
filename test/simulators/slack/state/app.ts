import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Fields, isFields, list, nested, text } from '../fields.ts';

const MANIFEST = path.join(import.meta.dirname, '../../../../slack-manifest.json');

/** The app as Slack's settings pages know it. */
export interface SlackApp {
	readonly appId: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly signingSecret: string;
	readonly appToken: string;
	readonly name: string;
	readonly botName: string;
	/** What is granted to the bot where it is installed from the start. */
	readonly scopes: readonly string[];
	/** Events it has subscribed to; all when undefined. */
	readonly events?: readonly string[];
	/** Slash commands it has registered; any when undefined. */
	readonly commands?: readonly string[];
	/** Callback ids of its message shortcuts; any when undefined. */
	readonly shortcuts?: readonly string[];
}

export interface Manifest {
	readonly name?: string;
	readonly scopes: readonly string[];
	readonly events: readonly string[];
	readonly commands: readonly string[];
	readonly shortcuts: readonly string[];
}

/** What the project's own manifest asks for; undefined while there is none. */
export function readManifest(file = MANIFEST): Manifest | undefined {
	let manifest: unknown;
	try {
		manifest = JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
	if (!isFields(manifest)) return undefined;
	const features = nested(manifest, 'features');
	const settings = nested(manifest, 'settings');
	return {
		name: text(nested(features, 'bot_user'), 'display_name') || undefined,
		scopes: strings(nested(nested(manifest, 'oauth_config'), 'scopes'), 'bot'),
		events: strings(nested(settings, 'event_subscriptions'), 'bot_events'),
		commands: list(features, 'slash_commands').map((command) => text(command, 'command')),
		shortcuts: list(features, 'shortcuts').map((shortcut) => text(shortcut, 'callback_id')),
	};
}

function strings(fields: Fields | undefined, name: string): readonly string[] {
	const value = fields?.[name];
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
