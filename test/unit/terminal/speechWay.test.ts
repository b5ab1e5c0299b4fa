import assert from 'node:assert/strict';
import { readCommandLine } from '../../../src/terminal/options';
import { serviceNames, speechWay } from '../../../src/terminal/speechWay';

function problemOf(args: readonly string[]): string {
  const command = readCommandLine(args);
  return command.kind === 'usage' ? command.problem : '';
}

describe('Where setup speech sets it up', () => {
  it('fills address, model and limit of each service', () => {
    for (const service of serviceNames) {
      const way = speechWay({ service });
      assert.ok(typeof way !== 'string', service);
      assert.equal(way.source, service === 'deapi' ? 'deapi' : 'openai');
      if (way.source === 'openai') assert.match(String(way.settings['openai.endpoint']), /^https:/);
    }
  });

  it('puts them in force with the command, so that the key of the environment goes there', () => {
    const command = readCommandLine(['setup', 'speech', '--service', 'groq']);
    assert.ok(command.kind === 'setup');
    assert.equal(command.options.given['openai.endpoint'], 'https://api.groq.com/openai/v1');
    assert.equal(command.options.given['openai.ownServer'], false);
  });

  it('takes a server as it is typed, and keeps it as one of the user', () => {
    for (const [typed, endpoint, own] of [
      ['gpu-box:8000/v1', 'http://gpu-box:8000/v1', true],
      ['http://nas.lan/v1', 'http://nas.lan/v1', true],
      ['host.docker.internal:8000', 'http://host.docker.internal:8000', true],
      ['https://asr.example.com/v1', 'https://asr.example.com/v1', true],
      ['asr.example.com/v1', 'https://asr.example.com/v1', true],
      ['192.168.1.5:8000/v1', 'http://192.168.1.5:8000/v1', true],
      ['localhost:8000/v1', 'http://localhost:8000/v1', false],
      ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080/v1', false],
      ['https://api.openai.com/v1', 'https://api.openai.com/v1', false],
    ] as const) {
      const way = speechWay({ server: typed });
      assert.ok(typeof way !== 'string', typed);
      assert.deepEqual([way.settings['openai.endpoint'], way.settings['openai.ownServer']], [endpoint, own]);
    }
  });

  it('says what is wrong', () => {
    assert.match(problemOf(['setup', 'speech', '--service', 'grok']), /takes one of openai, groq/);
    assert.match(problemOf(['setup', 'speech', '--service', 'groq', '--server', 'gpu-box']), /not both/);
    assert.match(problemOf(['setup', 'speech', '--server', 'ftp://gpu-box']), /--server: openai\.endpoint/);
    assert.match(problemOf(['setup', 'speech', '--server', ' ']), /takes an address/);
    assert.match(problemOf(['--service', 'groq', 'list.txt']), /goes with setup/);
    assert.match(
      problemOf(['setup', 'speech', '--server', 'https://mine.openai.azure.com/openai/v1']),
      /deployment after --model/,
    );
  });
});
