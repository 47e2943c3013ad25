/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { Fragment } from "preact";
import type { VerdictWord } from "../../kit/verdict.ts";
import { documentOf, Head } from "../page/document.tsx";
import { Command } from "../page/command.tsx";
import { VERDICT_WORDS } from "../words.ts";
import type { Certificate } from "./model.ts";
import { CERTIFICATE_STYLE } from "./page_style.ts";
import type { Statement } from "./statement.ts";

const OPENSSL = "openssl pkeyutl -verify -pubin -inkey LAB.pub -rawin -in certificate.json " +
  "-sigfile certificate.sig";

const LEVELS = ["MUST", "SHOULD", "MAY"] as const;
const COUNTED = ["pass", "fail", "inconclusive", "not_applicable"] as const;

const TONES: Record<Certificate["verdict"], VerdictWord> = {
  conformant: "pass",
  not_conformant: "fail",
  inconclusive: "inconclusive",
  error: "error",
};

/**
 * Makes the certificate as a page to print: one file that needs nothing else and runs nothing. As in
 * the report, all text passes the renderer, and what would steer the display is replaced at the end.
 */
export function certificateHtml(statement: Statement): string {
  return documentOf(<Page statement={statement} />);
}

function Page({ statement }: { statement: Statement }) {
  const { headline, sentence, verdict, devices, key } = statement;
  const tone = TONES[verdict];
  const who =
    devices.map(({ vendor, name, version }) => [vendor, name, version].filter(Boolean).join(" "))
      .join(" and ") || "Plumbline's reference peers";
  const kind = verdict === "conformant" ? "Certificate of conformance" : "Signed test report";
  return (
    <html lang="en">
      <Head title={`${kind}: ${who}`} style={CERTIFICATE_STYLE} />
      <body>
        <main class={tone}>
          <p class="kind">Plumbline · {kind}</p>
          <h1>{who}</h1>
          <div class="verdict">
            <span class="sign" aria-hidden="true">{VERDICT_WORDS[tone].sign}</span>
            <div>
              <strong>{headline}</strong>
              <p>{sentence}</p>
            </div>
          </div>
          <Facts
            facts={[
              ["Issued", moment(statement.issued)],
              ["Valid until", statement.valid_until],
              ["Signed with", "Ed25519 key, SHA-256", key.fingerprint],
            ]}
          />
          <Devices statement={statement} />
          <Results statement={statement} />
          <Shortfalls statement={statement} />
          <Exceptions statement={statement} />
          <Findings statement={statement} />
          <Run statement={statement} />
          <Verifying statement={statement} />
        </main>
      </body>
    </html>
  );
}

/** A time as people read it; RFC 3339 to the second, in UTC. */
function moment(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** A list of names with their values, and hashes behind some. */
function Facts({ facts }: { facts: readonly (readonly [string, string, string?])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value, hash]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value} {hash === undefined ? null : <code>{hash}</code>}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Devices({ statement: { devices, images = [] } }: { statement: Statement }) {
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">{devices.length > 1 ? "Devices under test" : "Device under test"}</h2>
      {devices.length === 0 ? <p>The reference peers of Plumbline played every role.</p> : null}
      {devices.map((device, i) => (
        <Facts
          key={i}
          facts={[
            ["Name", device.name],
            ["Vendor", device.vendor || "not said"],
            ["Version", device.version || "not said"],
            ["In the role", device.roles.join(", ")],
            ["Declares", device.classes.join(", ") || "no optional class"],
            ["Profile", "SHA-256", device.profile],
          ]}
        />
      ))}
      {images.map(({ role, image, digest }) => (
        <p key={role} class="quiet">
          Image of the {role}: {image}
          {digest === undefined ? ", which its name pins to no digest" : ""}
        </p>
      ))}
    </section>
  );
}

function Results({ statement: { suites, scope } }: { statement: Statement }) {
  return (
    <section aria-labelledby="results">
      <h2 id="results">What was tested</h2>
      {scope === undefined ? null : (
        <p>
          The verdict is about {scope.join(", ")}{" "}
          alone: the device declares something of other systems as well.
        </p>
      )}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">System</th>
              <th scope="col">Requirements of level</th>
              {COUNTED.map((word) => (
                <th key={word} scope="col" class="number">{VERDICT_WORDS[word].word}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {suites.flatMap(({ name, title, results }) =>
              LEVELS.map((level, i) => (
                <tr key={`${name} ${level}`}>
                  <td>{i === 0 ? `${title} (${name})` : ""}</td>
                  <td class="short">{level}</td>
                  {COUNTED.map((word) => (
                    <td key={word} class="number">{results[level]?.[word] || "·"}</td>
                  ))}
                </tr>
              ))
            )}
          </tbody>
        </table>
      </div>
      {suites.map(({ name, catalogue }) => (
        <p key={name} class="quiet">
          Version of suite {name}: SHA-256 <code>{catalogue}</code>
        </p>
      ))}
    </section>
  );
}

function Shortfalls({ statement: { shortfalls } }: { statement: Statement }) {
  if (shortfalls.length === 0) return null;
  return (
    <section aria-labelledby="shortfalls">
      <h2 id="shortfalls">Requirements that do not pass</h2>
      <table>
        <tbody>
          {shortfalls.map(({ requirement, level, verdict, excused, text }, i) => (
            <tr key={i}>
              <td class="short">{requirement}</td>
              <td class="short">{level}</td>
              <td class="short">
                {VERDICT_WORDS[verdict].sign} {VERDICT_WORDS[verdict].word}
                {excused ? ", excused" : ""}
              </td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Exceptions({ statement: { exceptions } }: { statement: Statement }) {
  return (
    <section aria-labelledby="exceptions">
      <h2 id="exceptions">Exceptions</h2>
      {exceptions.length === 0 ? <p>None.</p> : (
        <ul>
          {exceptions.map(({ requirement, reason, expires, state }) => (
            <li key={requirement}>
              {requirement} is {state.replace("_", " ")} until {expires}: {reason}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Findings({ statement: { findings } }: { statement: Statement }) {
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Recorded findings</h2>
      <ul>{findings.map((text) => <li key={text}>{text}</li>)}</ul>
    </section>
  );
}

function Run({ statement: { run, judged_by: judge } }: { statement: Statement }) {
  const from = (version: string, commit: string) =>
    `Plumbline ${version}, ${commit === "" ? "not from a checkout" : `commit ${commit}`}`;
  return (
    <section aria-labelledby="run">
      <h2 id="run">How it was tested</h2>
      <Facts
        facts={[
          ["When", moment(run.started)],
          [
            "Where",
            `${run.world} world, seed ${run.seed}, ${run.scenarios} scenarios, on ${run.kernel}`,
          ],
          ["With", from(run.version, run.commit)],
          ["Judged by", from(judge.version, judge.commit)],
          ["Its sources", "SHA-256", judge.sources],
        ]}
      />
      <Command label="To do the same again" text={run.command} />
    </section>
  );
}

function Verifying({ statement: { files } }: { statement: Statement }) {
  return (
    <section aria-labelledby="verify" class="whole">
      <h2 id="verify">How to verify</h2>
      <p>
        This page proves nothing by itself. With the run directory or its bundle, and the lab's
        public key from a source that you trust, anybody recomputes every hash, the signature, what
        was owed and every verdict, without a network:
      </p>
      <pre tabIndex={0} aria-label="Command that verifies">
        <code>deno task plumbline verify BUNDLE --key LAB.pub</code>
      </pre>
      <p>The signature by itself, with OpenSSL 3:</p>
      <pre tabIndex={0} aria-label="OpenSSL command">
        <code>{OPENSSL}</code>
      </pre>
      <div class="scroll">
        <table>
          <tbody>
            {Object.entries(files).map(([name, hash]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <code>{hash}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">SHA-256 of files of the run; manifest.json has those of all others.</p>
    </section>
  );
}
