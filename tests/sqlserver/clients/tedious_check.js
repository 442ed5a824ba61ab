// tedious against the server at PORT: login, all types, parameters, transaction, error, big result, cancel.
const { Connection, Request, TYPES } = require('tedious');

const config = {
  server: process.env.SQLSERVER_HOST || '127.0.0.1',
  authentication: { type: 'default', options: { userName: process.env.SQLSERVER_USER, password: process.env.SQLSERVER_PASSWORD } },
  options: { port: Number(process.env.SQLSERVER_PORT), database: 'checks', encrypt: process.env.SQLSERVER_ENCRYPT === 'yes',
    trustServerCertificate: true, tdsVersion: '7_4', requestTimeout: 60000 },
};

function query(connection, text, parameters = [], onStart = null) {
  return new Promise((resolve, reject) => {
    const rows = [];
    const request = new Request(text, (error) => (error ? reject(error) : resolve(rows)));
    parameters.forEach(([name, type, value, options]) => request.addParameter(name, type, value, options));
    request.on('row', (columns) => { if (rows.length < 1000) rows.push(columns.map((column) => column.value)); else rows.more = (rows.more || 0) + 1; });
    connection.execSql(request);
    if (onStart) onStart(request);
  });
}

const step = (name, work) => new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));

function expect(name, holds, detail) {
  if (!holds) throw new Error(`${name}: ${JSON.stringify(detail)}`);
  console.log(`ok ${name}`);
}

async function main(connection) {
  const types = await query(connection, 'SELECT * FROM dbo.every_type ORDER BY id');
  expect('types', types.length === 2 && types[0][5] === '-9223372036854775808' && types[0][24] === '𠮷野家' && types[0][19] === '日本語' &&
    types[1].slice(1, -1).every((value) => value === null), types);
  await query(connection, 'INSERT INTO dbo.accounts VALUES (@id, @owner, @amount)', [['id', TYPES.Int, 301],
    ['owner', TYPES.NVarChar, '日本'], ['amount', TYPES.Decimal, 12.34, { precision: 12, scale: 2 }]]);
  const found = await query(connection, 'SELECT owner, amount FROM dbo.accounts WHERE id = @id', [['id', TYPES.Int, 301]]);
  expect('parameters', found[0][0] === '日本' && found[0][1] === 12.34, found);
  await step('begin', (done) => connection.beginTransaction(done));
  await query(connection, "INSERT INTO dbo.accounts VALUES (302, N'x', 1)");
  await step('rollback', (done) => connection.rollbackTransaction(done));
  const gone = await query(connection, 'SELECT id FROM dbo.accounts WHERE id = 302');
  expect('transaction', gone.length === 0, gone);
  const error = await query(connection, 'SELECT * FROM dbo.nope').catch((caught) => caught);
  expect('error', error.number === 208, error);
  const big = await query(connection, 'SELECT * FROM dbo.big');
  expect('big', big.length + big.more === 50000, big.more);
  const cancelled = await query(connection, 'SELECT * FROM dbo.big', [], () => setTimeout(() => connection.cancel(), 30)).catch((caught) => caught);
  expect('cancel', cancelled.code === 'ECANCEL', cancelled);
  const after = await query(connection, 'SELECT 1');
  expect('after cancel', after[0][0] === 1, after);
}

const connection = new Connection(config);
connection.on('connect', (error) => {
  const end = (failure) => { if (failure) console.log(`not ok ${failure}`); connection.close(); process.exitCode = failure ? 1 : 0; };
  if (error) end(error); else main(connection).then(() => end(), end);
});
connection.connect();
