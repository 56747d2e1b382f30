import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { functionsExport } from './functions/export.ts';
import { functionsForget } from './functions/forget.ts';
import { functionsImport } from './functions/import.ts';
import { functionsList } from './functions/list.ts';
import { functionsPromote } from './functions/promote.ts';
import { functionsRestore } from './functions/restore.ts';
import { functionsRun } from './functions/run.ts';
import { functionsSearch } from './functions/search.ts';
import { functionsShow } from './functions/show.ts';
import { functionsVerify } from './functions/verify.ts';
import { createHelp } from './help.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { toolsetAdd } from './toolset/add.ts';
import { toolsetAuth } from './toolset/auth.ts';
import { toolsetDisable } from './toolset/disable.ts';
import { toolsetEnable } from './toolset/enable.ts';
import { toolsetList } from './toolset/list.ts';
import { toolsetPolicy } from './toolset/policy.ts';
import { toolsetRefresh } from './toolset/refresh.ts';
import { toolsetRemove } from './toolset/remove.ts';
import { toolsetShow } from './toolset/show.ts';
import { toolsetTest } from './toolset/test.ts';
import { usage } from './usage.ts';

/** Every command there is; each platform offers all of them. */
export const commandTable: readonly Command[] = [
	ask,
	toolsetAdd,
	toolsetList,
	toolsetShow,
	toolsetTest,
	toolsetAuth,
	toolsetPolicy,
	toolsetRefresh,
	toolsetDisable,
	toolsetEnable,
	toolsetRemove,
	functionsList,
	functionsSearch,
	functionsShow,
	functionsRun,
	functionsVerify,
	functionsPromote,
	functionsForget,
	functionsRestore,
	functionsExport,
	functionsImport,
	runs,
	usage,
	settings,
	createHelp(() => commandTable),
];
