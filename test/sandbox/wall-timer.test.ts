import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { startWallTimer } from '../../src/sandbox/wall-timer.ts';

describe('startWallTimer', () => {
	let now = 0;
	let ended = 0;
	const tick = (ms: number) => {
		now += ms;
		mock.timers.tick(ms);
	};
	const start = (ms: number) => startWallTimer(ms, () => ended++);
	beforeEach(() => {
		now = 0;
		ended = 0;
		mock.timers.enable({ apis: ['setTimeout'] });
		mock.method(performance, 'now', () => now);
	});
	afterEach(() => {
		mock.timers.reset();
		mock.restoreAll();
	});

	test('ends after its time, once', () => {
		start(100);
		tick(99);
		assert.equal(ended, 0);
		tick(1);
		assert.equal(ended, 1);
	});

	test('stands still while anybody holds it', () => {
		const timer = start(100);
		tick(60);
		const first = timer.pause();
		const second = timer.pause();
		tick(5000);
		first();
		first();
		tick(5000);
		assert.equal(ended, 0);
		second();
		tick(39);
		assert.equal(ended, 0);
		tick(1);
		assert.equal(ended, 1);
	});

	test('does not start again when it was cleared during a hold', () => {
		const timer = start(100);
		const resume = timer.pause();
		timer.clear();
		resume();
		tick(5000);
		assert.equal(ended, 0);
	});
});
