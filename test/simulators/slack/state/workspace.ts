import type { SlackApp } from './app.ts';
import { type Channels, createChannels } from './channels.ts';
import { createDirectory, type Directory } from './directory.ts';
import { type Emulator, startEmulator } from './emulator.ts';

export interface WorkspaceOptions {
	/** Such as `T0FILMS`; made up from the name otherwise. */
	readonly id?: string;
	readonly name: string;
	/** False for one that the app has yet to be installed in. */
	readonly installed?: boolean;
}

export interface Workspace {
	readonly id: string;
	readonly name: string;
	readonly domain: string;
	readonly bot: { readonly userId: string; readonly botId: string; readonly token: string };
	readonly emulator: Emulator;
	readonly people: Directory;
	readonly channels: Channels;
	/** Whether the app is in this workspace now. */
	installed: boolean;
}

export async function startWorkspace(options: {
	readonly app: SlackApp;
	readonly workspace: WorkspaceOptions;
	readonly people: number;
	readonly publicUrl: string;
}): Promise<Workspace> {
	const { app, workspace } = options;
	const letters = workspace.name.toUpperCase().replace(/[^A-Z0-9]/g, '');
	const id = workspace.id ?? `T0${letters}`;
	const domain = workspace.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
	const bot = {
		userId: `U0BOT${id.slice(1)}`,
		botId: `B0BOT${id.slice(1)}`,
		token: `xoxb-${id.slice(1)}-${letters.toLowerCase()}-bot-token`,
	};
	const { people, publicUrl } = options;
	const emulator = await startEmulator({ teamId: id, name: workspace.name, domain, people, app, bot, publicUrl });
	const directory = createDirectory(emulator.strangers);
	const channels = createChannels({ teamId: id, emulator, bot });
	return { id, name: workspace.name, domain, bot, emulator, people: directory, channels, installed: workspace.installed ?? true };
}
