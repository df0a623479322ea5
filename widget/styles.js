// The look of everything, in one file because it compresses better than two. Text colours pass 4.5:1 on their grounds,
// light and dark; a test measures it. The line at 640 by 520 px is the same as SHEET in widget.js.

export const CSS = `
:host { all: initial; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.root {
  --paper: #fffdfa; --ground: #f7f2ea; --card: #ffffff; --ink: #1d2b29; --soft: #55635f; --line: #e2d9cb; --edge: #877e70;
  --tint: #e6efec; --link: #14524e; --red: #b3201b; --red-soft: #fdeeec; --amber: #7a4300; --amber-soft: #fff3dc; --amber-line: #e2a94a;
  --shadow: 0 1px 2px rgb(40 30 15 / 8%), 0 18px 50px -12px rgb(40 30 15 / 32%);
  color: var(--ink); color-scheme: light; line-height: 1.5; letter-spacing: normal;
  font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  -webkit-text-size-adjust: 100%; text-align: start;
}
.root[data-dark] {
  --paper: #182220; --ground: #121a19; --card: #22302d; --ink: #ecf2ef; --soft: #adbcb7; --line: #33433f; --edge: #7e908a;
  --tint: #263b37; --link: #9fd8cf; --red: #b3201b; --red-soft: #3a1d1b; --amber: #ffd08a; --amber-soft: #362a18; --amber-line: #a87a2c;
  --shadow: 0 0 0 1px #33433f, 0 18px 50px -12px rgb(0 0 0 / 70%);
  color-scheme: dark;
}
button, a, textarea, summary { font: inherit; color: inherit; -webkit-tap-highlight-color: transparent; }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.head :focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
.vh { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
[hidden] { display: none !important; }

.launcher {
  position: fixed; z-index: 2147483000; bottom: calc(20px + env(safe-area-inset-bottom)); right: calc(20px + env(safe-area-inset-right));
  display: inline-flex; align-items: center; gap: 10px; min-height: 56px; max-width: calc(100vw - 40px); padding: 0 22px 0 18px;
  border: 2px solid var(--on-accent); border-radius: 28px; background: var(--accent); color: var(--on-accent);
  font-weight: 600; box-shadow: var(--shadow);
}
.launcher:hover { text-decoration: underline; }
.root[data-position=left] .launcher { right: auto; left: calc(20px + env(safe-area-inset-left)); }
.launcher .icon { width: 24px; height: 24px; }
.launcher .icon-close, .launcher[aria-expanded=true] .icon-chat { display: none; }
.launcher[aria-expanded=true] .icon-close { display: block; }
.launcher-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge { position: absolute; top: -8px; inset-inline-end: -2px; min-width: 24px; padding: 1px 7px; border-radius: 12px; background: var(--red); color: #fff; font-size: 14px; text-align: center; }

.panel {
  position: fixed; z-index: 2147483001; inset: auto; bottom: calc(90px + env(safe-area-inset-bottom)); right: calc(20px + env(safe-area-inset-right)); margin: 0; padding: 0;
  width: 408px; height: min(720px, calc(100vh - 110px)); height: min(720px, calc(100dvh - 110px)); max-width: none; max-height: none;
  border: 0; border-radius: 20px; overflow: hidden; background: var(--paper); color: var(--ink); box-shadow: var(--shadow);
}
.panel[open] { display: flex; flex-direction: column; animation: rise .18s ease-out; }
.root[data-position=left] .panel { right: auto; left: calc(20px + env(safe-area-inset-left)); }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
.panel::backdrop { background: none; }
.root[data-mode=page] .panel {
  position: static; width: min(760px, 100%); height: 100vh; height: 100dvh; margin: 0 auto; border-radius: 0; box-shadow: none; animation: none;
  border-inline: 1px solid var(--line);
}
.head { flex: none; display: flex; align-items: center; gap: 12px; padding: 14px 10px 14px 16px; background: var(--accent); color: var(--on-accent); }
.mark { flex: none; display: grid; place-items: center; width: 42px; height: 42px; border-radius: 50%; border: 1.5px solid currentColor; }
.names { flex: 1; min-width: 0; }
.names h1, .names h2 { margin: 0; font-size: 17px; font-weight: 650; line-height: 1.25; }
.names p { margin: 2px 0 0; font-size: 13.5px; line-height: 1.3; }
.icon-button { flex: none; display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 1px solid transparent; border-radius: 12px; background: none; }
.icon-button:hover { border-color: currentColor; }

.numbers { flex: none; padding: 9px 14px 10px; background: var(--ground); border-bottom: 1px solid var(--line); }
.numbers p { margin: 0 0 6px; font-size: 13.5px; color: var(--soft); }
.calls { display: flex; flex-wrap: wrap; gap: 8px; }
.call { flex: 1 1 auto; display: flex; flex-direction: column; justify-content: center; min-height: 46px; padding: 3px 12px; white-space: nowrap; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); color: var(--ink); text-decoration: none; line-height: 1.2; }
.call strong { font-size: 15.5px; font-weight: 700; }
.root[data-mode=page] .calls { max-width: 460px; }
.call span { font-size: 12.5px; color: var(--soft); }
.call:hover { border-color: var(--red); }

.body { flex: 1; min-height: 0; display: flex; flex-direction: column; background: var(--paper); }
.loading, .fallback { padding: 20px 16px; margin: 0; color: var(--soft); }
.fallback p { margin: 0 0 14px; color: var(--ink); }
.button { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: 6px 16px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); color: var(--ink); font-weight: 600; font-size: 15px; }
.button:hover { background: var(--tint); }
.button.strong { background: var(--red); border-color: var(--red); color: #fff; }
.call-clinic { display: flex; align-items: center; gap: 12px; min-height: 48px; margin: 0 0 10px; padding: 8px 16px; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 600; font-size: 15px; line-height: 1.3; text-decoration: none; }
.call-clinic strong { display: block; font-weight: 500; white-space: nowrap; }

/* The conversation */
.log { position: relative; flex: 1; min-height: 90px; overflow-y: auto; overscroll-behavior: contain; padding: 14px; display: flex; flex-direction: column; gap: 14px; scrollbar-width: thin; }
.log:focus-visible { outline-offset: -3px; }
.notice { margin: 0; padding: 10px 14px; border-radius: 14px; background: var(--ground); color: var(--soft); font-size: 13.5px; line-height: 1.45; }
.notice strong { color: var(--ink); font-weight: 650; }
.line { display: flex; flex-direction: column; gap: 5px; max-width: 88%; }
.line.bot { align-self: flex-start; align-items: flex-start; }
.line.visitor { align-self: flex-end; align-items: flex-end; }
.bubble { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
.card { max-width: 100%; padding: 11px 15px; border: 1px solid var(--line); border-radius: 6px 18px 18px 18px; background: var(--card); }
.visitor .bubble { padding: 10px 15px; border: 1px solid var(--accent); border-radius: 18px 18px 6px 18px; background: var(--accent); color: var(--on-accent); white-space: pre-wrap; }
.meta { display: flex; align-items: center; gap: 8px; min-height: 20px; font-size: 12.5px; color: var(--soft); padding: 0 4px; }
.note { margin: 0; padding: 0 4px; font-size: 13.5px; color: var(--soft); }
.card .note { padding: 0; }
.flag { display: flex; align-items: center; gap: 8px; margin: 0 0 6px; font-weight: 700; font-size: 15px; }

.escalate .card { border-color: var(--amber-line); background: var(--amber-soft); box-shadow: inset 5px 0 0 var(--amber-line); padding-inline-start: 19px; border-radius: 14px; }
.escalate .flag { color: var(--amber); }
.escalate .call-clinic { margin: 12px 0 2px; }
.emergency .card { border: 2px solid var(--red); background: var(--red-soft); box-shadow: inset 6px 0 0 var(--red); padding-inline-start: 20px; border-radius: 14px; }
.emergency .flag { margin: 0 0 4px; }
.emergency.line:not(.pinned) .card > .note { display: none; }
.emergency.pinned .bubble { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.escalate .calls { margin-top: 10px; }

.numbers[data-alarm] { padding: 12px 14px 14px; background: var(--red); border-bottom: 0; box-shadow: 0 6px 16px -6px rgb(80 0 0 / 45%); z-index: 1; max-height: 55%; overflow-y: auto; }
.numbers[data-alarm] p { color: #fff; }
.numbers[data-alarm] .flag { font-size: 18px; margin-bottom: 3px; }
.numbers[data-alarm] .pinned-text { font-size: 15.5px; font-weight: 550; line-height: 1.4; margin-bottom: 10px; white-space: pre-line; }
.numbers[data-alarm] .call { background: #fff; border-color: #fff; min-height: 52px; }
.numbers[data-alarm] .call strong { color: #96130f; font-size: 18px; }
.numbers[data-alarm] .call span { color: #3b2b2a; }
.numbers[data-alarm] .call:nth-child(3) strong { font-size: clamp(13.5px, 4vw, 15.5px); }
.numbers[data-alarm] :focus-visible { outline-color: #fff; }

.choices, .reasons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.card .choices { margin: 12px 0 4px; }
.line > .choices { margin-top: 6px; }
.choice { min-height: 44px; padding: 7px 16px; border: 1px solid var(--link); border-radius: 22px; background: var(--card); color: var(--link); font-size: 15px; font-weight: 550; line-height: 1.3; text-align: start; }
.choice:hover:enabled { background: var(--tint); }
.choice:disabled { border-color: var(--line); color: var(--soft); cursor: default; }
.reasons .note { flex-basis: 100%; }
.sources { margin-top: 8px; border-top: 1px solid var(--line); font-size: 14px; }
.sources summary { display: flex; align-items: center; gap: 6px; min-height: 44px; margin-bottom: -10px; color: var(--link); font-weight: 550; cursor: pointer; list-style: none; }
.sources summary::-webkit-details-marker { display: none; }
.sources summary::before { content: ""; width: 7px; height: 7px; margin-inline: 2px 4px; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(-45deg); transition: transform .15s; }
.sources[open] summary::before { transform: rotate(45deg); }
.sources ul { margin: 6px 0 4px; padding-inline-start: 20px; color: var(--soft); }
.thumbs { display: flex; margin: -4px 0; }
.thumb { color: var(--soft); }
.thumb .icon { width: 18px; height: 18px; }
.thumb.down .icon { transform: rotate(180deg); }
.thumb[aria-pressed=true] { color: var(--link); }
.thumb[aria-pressed=true] .icon { fill: currentColor; fill-opacity: .3; }
.trouble { width: 100%; padding: 12px 14px; border: 1px solid var(--amber-line); border-radius: 14px; background: var(--amber-soft); font-size: 14.5px; }
.trouble p { margin: 0 0 10px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.row .call-clinic { margin: 0; }
.typing .card { display: flex; gap: 6px; padding: 17px 18px; }
.typing i { width: 8px; height: 8px; border-radius: 50%; background: var(--soft); animation: nod 1.2s infinite ease-in-out; }
.typing i:nth-of-type(2) { animation-delay: .15s; }
.typing i:nth-of-type(3) { animation-delay: .3s; }
@keyframes nod { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-3px); } }

.status:not(.vh):not(:empty) { padding: 10px 16px; border-top: 1px solid var(--line); font-size: 14.5px; }
.status p { margin: 0; }
.status .call-clinic { margin: 10px 0 0; }
.composer { flex: none; display: grid; grid-template-columns: 1fr auto; gap: 8px; align-items: end; padding: 10px 12px 6px; border-top: 1px solid var(--line); background: var(--paper); }
.count { grid-column: 1 / -1; margin: 0; font-size: 13.5px; font-weight: 600; color: var(--amber); }
.count:empty { display: none; }
.composer textarea { width: 100%; min-height: 48px; max-height: 132px; padding: 11px 15px; border: 1px solid var(--edge); border-radius: 16px; background: var(--card); color: var(--ink); font-size: 16px; line-height: 1.5; resize: none; }
.composer textarea:focus-visible { outline-width: 2px; outline-offset: 0; border-color: var(--link); }
.composer textarea::placeholder { color: var(--soft); opacity: 1; }
.composer textarea[aria-invalid] { border-color: var(--red); }
.send { display: grid; place-items: center; width: 48px; height: 48px; padding: 0; border: 0; border-radius: 16px; background: var(--accent); color: var(--on-accent); }
.send .icon { width: 22px; height: 22px; }
.foot { flex: none; padding: 0 6px 4px; }
.foot-row { display: flex; flex-wrap: wrap; justify-content: space-between; }
.plain { display: inline-flex; align-items: center; gap: 6px; min-height: 44px; padding: 0 6px; border: 0; border-radius: 10px; background: none; color: var(--soft); font-size: 13.5px; }
.plain .icon { width: 16px; height: 16px; }
.plain:hover { color: var(--ink); text-decoration: underline; }
.plain.leave { color: var(--link); font-weight: 650; }
.question { margin: 4px 6px 6px; padding: 12px 14px; border-radius: 14px; background: var(--ground); border: 1px solid var(--line); font-size: 14.5px; }
.question p { margin: 0 0 10px; }

@media (max-width: 640px), (max-height: 520px) {
  .root:not([data-mode=page]) .panel {
    inset: 0; width: 100%; height: 100vh; height: var(--sheet-height, 100dvh); border-radius: 0; box-shadow: none;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
    background: linear-gradient(var(--accent) 50%, var(--paper) 50%);
  }
  .launcher { bottom: calc(14px + env(safe-area-inset-bottom)); right: calc(14px + env(safe-area-inset-right)); }
  .root[data-position=left] .launcher { left: calc(14px + env(safe-area-inset-left)); }
}
@media (max-width: 420px) {
  .call { padding: 3px 8px; }
  .plain .icon { display: none; }
}
@media (max-width: 360px) {
  .mark { display: none; }
  .plain { font-size: 13px; }
  .line { max-width: 94%; }
}
/* 400 % zoom: too low for a list inside a panel, so the panel itself scrolls. The calls stay in view, as one line. */
@media (max-height: 520px) {
  .panel[open] { display: block; overflow-y: auto; scroll-padding-top: 76px; }
  .log { min-height: 0; overflow: visible; }
  .numbers { position: sticky; z-index: 1; top: calc(-1 * var(--above, 0px)); padding-block: 6px; }
  .numbers p { margin-bottom: 4px; }
  .numbers:not([data-alarm]) .call { flex-direction: row; align-items: center; gap: 6px; min-height: 44px; padding-block: 2px; }
  .numbers[data-alarm] { max-height: none; overflow: visible; }
}
@media (max-height: 340px), (max-height: 520px) and (max-width: 420px) {
  .head { padding-block: 6px; }
  .mark { display: none; }
  .numbers:not([data-alarm]) p { font-size: 12.5px; line-height: 1.3; }
  .numbers .call { min-height: 44px; padding: 2px 8px; }
  .numbers .call strong { font-size: 14px; }
  .numbers .call span { position: absolute; clip-path: inset(50%); }
}
@media (prefers-reduced-motion: reduce) {
  * { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .panel, .launcher, .badge, .button, .head, .call-clinic { border: 2px solid ButtonText; }
  .card, .visitor .bubble, .choice, .send, .trouble, .notice { border: 1px solid CanvasText; }
  .emergency .card, .numbers[data-alarm] { border: 5px double CanvasText; }
  .thumb[aria-pressed=true] { border-color: Highlight; }
}
`;
