import { createPerson, type Person } from '../people/person.ts';
import { sayAs } from '../people/say.ts';
import { type Guild, join } from '../state/guilds.ts';
import type { Message } from '../state/transcript.ts';
import { guildNamed, type World } from '../world.ts';
import { channelNamed } from './find-channel.ts';

export interface PersonOptions {
	/** The server they are in, by name; default the first. */
	readonly guild?: string;
	/** May manage that server. */
	readonly admin?: boolean;
	/** Has installed the app to their account. */
	readonly userInstalled?: boolean;
	/** Is in no server of the bot's. */
	readonly outsider?: boolean;
	/** Takes no direct messages: sending one is refused with 50007. */
	readonly closedDms?: boolean;
}

/** Who is there. */
export function createPeopleDriver(world: World) {
	const homes = new Map<string, Guild>();
	const setAdmin = (person: Person, admin: boolean): void => {
		const guild = homes.get(person.id);
		const roles = guild?.members.get(person.id)?.roles;
		if (!guild || !roles) throw new Error(`${person.name} is in no server.`);
		if (admin) roles.add(guild.adminRole);
		else roles.delete(guild.adminRole);
	};
	return {
		setAdmin,
		person(name: string, options: PersonOptions = {}): Person {
			const account = world.people.named(name);
			const { id } = account.user;
			const home = homes.get(id) ?? guildNamed(world, options.guild);
			homes.set(id, home);
			account.userInstalled = options.userInstalled ?? account.userInstalled;
			account.closedDms = options.closedDms ?? account.closedDms;
			account.outsider = options.outsider ?? account.outsider;
			if (!account.outsider) join(home, id, [home.memberRole]);
			const person = createPerson({ world, account, home });
			if (options.admin !== undefined) setAdmin(person, options.admin);
			return person;
		},
		sayAs(
			who: 'self' | 'bot' | 'webhook' | 'system',
			channel: string,
			text: string,
			{ mention = false }: { readonly mention?: boolean } = {},
		): Message {
			return sayAs(world, who, channelNamed(world, channel), text, mention);
		},
	};
}
