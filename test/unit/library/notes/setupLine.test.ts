/** Check Setup's line about the model of notes, against a stand-in service. */
import assert from 'node:assert/strict';
import { ChatEndpoints } from '../../../../src/library/notes/chatEndpoint';
import { notesLine } from '../../../../src/library/notes/setupLine';
import { defaultSettings, type Settings } from '../../../../src/model/settings';
import type { SetupLine } from '../../../../src/sources/setupLine';
import { realParts } from '../../../helpers/realParts';
import { ChatServer, type ChatServerOptions } from '../../../servers/chat';

describe('Check Setup: notes', () => {
  const line = async (
    given: Partial<Settings>,
    options: ChatServerOptions = {},
  ): Promise<{ readonly line: SetupLine; readonly asked: number }> => {
    const server = await new ChatServer(options).start();
    const parts = realParts();
    try {
      const settings = { ...defaultSettings, 'notes.endpoint': server.endpoint, ...given };
      const endpoints = new ChatEndpoints(parts);
      const found = await notesLine(endpoints, endpoints, settings, new AbortController().signal);
      return { line: found, asked: server.asked };
    } finally {
      parts.close();
      await server.close();
    }
  };

  it('is off where nothing is set up, and says what to set', async () => {
    const { line: found } = await line({ 'notes.endpoint': '' });
    assert.deepEqual([found.subject, found.state], ['notes', 'off']);
    assert.match(found.nextStep ?? '', /notes\.endpoint/);
  });

  it('is fine where the service lists the model, and sends no word', async () => {
    const { line: found, asked } = await line({ 'notes.model': 'tiny' });
    assert.equal(found.state, 'ok', found.text);
    assert.equal(asked, 0);
  });

  it('names the models that are there where the one wanted is not', async () => {
    const { line: found } = await line({ 'notes.model': 'huge' });
    assert.equal(found.state, 'warn');
    assert.match(found.text, /does not list this model; it has tiny/);
    assert.equal(found.nextStep, 'Set notes.model to one of them.');
  });

  it('says that the key was refused', async () => {
    const { line: found } = await line({ 'notes.model': 'tiny' }, { key: 'sk-other' });
    assert.deepEqual([found.state, found.nextStep], ['error', 'Set the key again.']);
  });

  it('says that nobody answers', async () => {
    const { line: found } = await line({ 'notes.model': 'tiny', 'notes.endpoint': 'http://127.0.0.1:9/v1' });
    assert.equal(found.state, 'warn');
    assert.match(found.text, /http:\/\/127\.0\.0\.1:9 could not be reached/);
  });
});
