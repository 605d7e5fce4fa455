// A certified OpenID Connect provider (npm: oidc-provider) for the tests, on a free port of this machine. It invents its
// keys and its clients; whoever types a name into its sign-in form is that account. It is told what to do by lines of
// JSON on its input, answers each by one on its output, and ends when its input does.
import crypto from 'node:crypto';
import http from 'node:http';
import readline from 'node:readline';

// It warns that it is a test's. The output is for answers only.
console.log = console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const OURS = 'https://registry.example.test/api';
const FOREIGN = 'https://elsewhere.example.test/api';
// A client for each way of signing: its tokens name it as their subject.
const MACHINES = { 'machine-rs256': 'RS256', 'machine-ps256': 'PS256', 'machine-es256': 'ES256', 'machine-eddsa': 'EdDSA' };
const SECRET = 'an invented secret: of a client';

const KINDS = [
  ['rsa', 'rsa', { modulusLength: 2048 }],
  ['ec', 'ec', { namedCurve: 'P-256' }],
  ['ed', 'ed25519', {}],
];

// Names begin again in every process, so that two providers call different keys the same.
let generation = 0;
function invented() {
  generation += 1;
  return KINDS.map(([name, kind, options]) => {
    const { privateKey } = crypto.generateKeyPairSync(kind, options);
    return { ...privateKey.export({ format: 'jwk' }), kid: `${name}-${generation}`, use: 'sig' };
  });
}

function clients(redirects) {
  const browser = { redirect_uris: redirects, grant_types: ['authorization_code'], response_types: ['code'] };
  const machines = Object.keys(MACHINES).map((client_id) => (
    { client_id, client_secret: SECRET, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }
  ));
  return [
    { client_id: 'portal', token_endpoint_auth_method: 'none', ...browser },
    { client_id: 'portal-with-secret', client_secret: SECRET, ...browser },
    ...machines,
  ];
}

class Tenant {
  asked = {};

  redirects = ['https://not-yet-known.example.test/'];

  async listen() {
    this.server = http.createServer((request, response) => {
      const [path] = request.url.split('?');
      this.asked[path] = (this.asked[path] ?? 0) + 1;
      this.answer(request, response);
    });
    // A closed one comes back at the address it had.
    await new Promise((listening) => { this.server.listen(this.port ?? 0, '127.0.0.1', listening); });
    this.port = this.server.address().port;
    this.issuer = `http://127.0.0.1:${this.port}`;
  }

  async close() {
    const closed = new Promise((done) => { this.server.close(done); });
    this.server.closeAllConnections();
    await closed;
  }

  // The library reads its keys and clients once: other ones make another provider behind the same address.
  configure(keys) {
    const provider = new Provider(this.issuer, {
      clients: clients(this.redirects),
      jwks: { keys },
      cookies: { keys: ['an invented cookie key'] },
      enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
      ttl: { AccessToken: 300, ClientCredentials: 7200, IdToken: 300, Session: 3600, Interaction: 600, Grant: 3600 },
      features: {
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource, client) => ({
            audience: resource,
            scope: 'api',
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: MACHINES[client.clientId] ?? 'RS256' } },
          }),
          useGrantedResource: () => true,
        },
      },
    });
    provider.on('server_error', (_, error) => console.error(error));
    this.answer = provider.callback();
  }
}

// The second is another tenant of the same house: it signs with the same keys.
const [first, second] = [new Tenant(), new Tenant()];
let keys = invented();
const everywhere = () => [first, second].forEach((tenant) => tenant.configure(keys));
const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
const written = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

const commands = {
  status: () => ({
    issuer: first.issuer, tenant: second.issuer, now: new Date().toISOString(), asked: first.asked,
    ours: OURS, foreign: FOREIGN, secret: SECRET, machines: Object.keys(MACHINES),
  }),
  // Where browsers may be sent back to.
  redirects: ({ to }) => { first.redirects = to; everywhere(); },
  // New keys sign from now on; the old ones are still published when they are kept.
  rotate: ({ keep }) => { keys = keep ? [...invented(), ...keys] : invented(); everywhere(); },
  down: () => first.close(),
  up: () => first.listen(),
  // What a forger makes of a token: other claims and another header, not signed or signed by what everybody knows.
  forge: ({ token, header, claims, by }) => {
    const [head, body, signature] = token.split('.');
    const message = `${written({ ...read(head), ...header })}.${written({ ...read(body), ...claims })}`;
    const key = crypto.createPublicKey({ key: keys.find(({ kty }) => kty === 'RSA'), format: 'jwk' });
    const secrets = {
      pem: () => key.export({ format: 'pem', type: 'spki' }),
      modulus: () => Buffer.from(key.export({ format: 'jwk' }).n, 'base64url'),
    };
    const signed = () => crypto.createHmac('sha256', secrets[by]()).update(message).digest('base64url');
    const signatures = { nothing: () => '', before: () => signature };
    return { token: `${message}.${(signatures[by] ?? signed)()}` };
  },
  read: ({ token }) => ({ header: read(token.split('.')[0]), claims: read(token.split('.')[1]) }),
};

await Promise.all([first.listen(), second.listen()]);
everywhere();
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say(commands.status());
for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  say(await commands[command.do](command) ?? {});
}
process.exit(0);
