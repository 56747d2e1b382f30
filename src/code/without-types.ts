import type { TypeChecker } from './check.ts';

/** In place of the compiler where types are left out: has nothing against any program or value, and holds nothing. */
export const WITHOUT_TYPES: TypeChecker = {
	check: async () => [],
	checkEach: async ({ programs }) => programs.map(() => []),
	checkValue: async () => undefined,
	close: async () => {},
	pid: undefined,
};
