export interface Member {
	readonly id: string;
	readonly name: string;
	/** Of this person, for what they do in the workspace by themselves. */
	readonly token: string;
	readonly isAdmin: boolean;
	readonly isOwner: boolean;
}

/** The people of one workspace. */
export interface Directory {
	/** The person of this name, who joins the workspace when nobody has it. */
	named(name: string, flags?: { readonly admin?: boolean; readonly owner?: boolean }): Member;
	find(idOrName: string): Member | undefined;
	all(): readonly Member[];
	/** Makes somebody an admin, or takes it away. */
	setAdmin(name: string, isAdmin: boolean): void;
}

export function createDirectory(strangers: { readonly id: string; readonly token: string }[]): Directory {
	const members = new Map<string, Member>();
	const keep = (member: Member): Member => {
		members.set(member.name, member);
		return member;
	};
	const find = (idOrName: string) => members.get(idOrName) ?? [...members.values()].find((member) => member.id === idOrName);
	const named: Directory['named'] = (name, flags = {}) => {
		const known = members.get(name);
		if (known && flags.admin !== undefined && flags.admin !== known.isAdmin) return keep({ ...known, isAdmin: flags.admin });
		if (known) return known;
		const stranger = strangers.shift();
		if (!stranger) throw new Error('Nobody else can join this workspace: start the simulator with a larger `people`.');
		return keep({ ...stranger, name, isAdmin: flags.admin === true || flags.owner === true, isOwner: flags.owner === true });
	};
	return {
		named,
		find,
		all: () => [...members.values()],
		setAdmin(name, isAdmin) {
			keep({ ...named(name), isAdmin });
		},
	};
}
