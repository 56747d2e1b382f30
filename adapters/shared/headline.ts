import { counted } from './footer.ts';
import type { Shape } from './shape.ts';

/** What is said where the program gave data without a sentence; empty where the data say it all. */
export function headline(shape: Shape): string {
	switch (shape.kind) {
		case 'scalar':
			return shape.text.trim() === '' ? 'The program ran through and gave nothing back.' : '';
		case 'empty':
			return 'There is nothing to show: the answer is empty.';
		case 'records':
			return counted(shape.records.length, 'row');
		case 'list':
			return counted(shape.entries.length, 'entry', 'entries');
		case 'fields':
			return '';
	}
}
