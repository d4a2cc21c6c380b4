// The same subject and text templates, the same values, by the npm package "mustache":
// node npm.js MODULE-FOLDER SECONDS < VALUES
const fs = require('fs');
const mustache = require(process.argv[2] + '/mustache');
const folder = 'mailtemplates/default/fr/';
const values = JSON.parse(fs.readFileSync(0, 'utf8'));
const partials = {};
for (const file of fs.readdirSync(folder)) {
    if (!file.startsWith('_')) continue;
    const text = fs.readFileSync(folder + file, 'utf8').replace(/\n--- html ---\n[^]*$/, '\n');
    const lines = text.split('\n');  // a partial of one line is used inside of sentences
    partials[file.slice(1, -4)] = lines.length === 2 ? lines[0] : text;
}
const [, subject, text] = /^Subject: (.*)\n\n([^]*?)(?:--- html ---[^]*)?$/.exec(
    fs.readFileSync(folder + 'ask.txt', 'utf8'));
mustache.escape = (value) => value;  // plain text, as ours
const began = process.cpuUsage();
let count = 0, length = 0, spent = 0;
const seconds = Number(process.argv[3]);
while (spent < seconds) {
    for (let i = 0; i < 200; i++, count++)
        length += Buffer.byteLength(mustache.render(subject, values, partials) + mustache.render(text, values, partials));
    const used = process.cpuUsage(began);
    spent = (used.user + used.system) / 1e6;
}
console.log(`subject and text templates\t${(count / spent).toFixed(0)}\t${Math.round(length / count)} octets each`);
