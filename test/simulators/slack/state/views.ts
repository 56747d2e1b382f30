import type { Fields } from '../fields.ts';
import type { Block } from './transcript.ts';

/** A modal or a Home tab as one person sees it now. */
export interface View {
	readonly id: string;
	readonly team: string;
	readonly user: string;
	readonly type: 'modal' | 'home';
	readonly callbackId: string;
	readonly privateMetadata: string;
	readonly title: string;
	readonly blocks: readonly Block[];
	readonly notifyOnClose: boolean;
	readonly clearOnClose: boolean;
	/** All that the app gets told of it. */
	readonly payload: Fields;
	/** What the app last found wrong with what was typed, by block id. */
	readonly errors: Readonly<Record<string, string>>;
}

export interface Views {
	/** Modals from the lowest to the one on top. */
	stack(user: string): readonly View[];
	home(user: string): View | undefined;
	find(id: string): View | undefined;
	/** Puts it on top of the stack, or in place of the one with the same id, or on the Home tab. */
	show(view: View): View;
	/** Takes the one on top away, or all of them. */
	close(user: string, all: boolean): void;
	everything(): readonly View[];
}

export function createViews(): Views {
	const stacks = new Map<string, readonly View[]>();
	const homes = new Map<string, View>();
	const versions: View[] = [];
	const stack = (user: string) => stacks.get(user) ?? [];
	return {
		stack,
		home: (user) => homes.get(user),
		find: (id) => [...[...stacks.values()].flat(), ...homes.values()].find((view) => view.id === id),
		show(view) {
			versions.push(view);
			if (view.type === 'home') homes.set(view.user, view);
			else if (stack(view.user).some((open) => open.id === view.id)) {
				stacks.set(
					view.user,
					stack(view.user).map((open) => (open.id === view.id ? view : open)),
				);
			} else stacks.set(view.user, [...stack(view.user), view]);
			return view;
		},
		close(user, all) {
			stacks.set(user, all ? [] : stack(user).slice(0, -1));
		},
		everything: () => versions,
	};
}
