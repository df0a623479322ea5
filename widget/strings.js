// Every sentence of the widget itself, in plain words; other languages are files like es.json.
// What the bot says comes from the server, in English.

const en = {
  code: 'en',
  title: 'Ask about naltrexone',
  subtitle: 'Automated answers, not a person',
  loading: 'Opening the chat…',
  cannotLoad: 'The chat could not be loaded. You can call instead, or try again.',
  tryAgain: 'Try again',
  close: 'Close chat',
  unreadOne: 'new reply',
  unread: 'new replies',
  numbersName: 'Emergency numbers',
  notForEmergencies: 'This chat is not for emergencies. In danger, call:',
  emergencyLabel: 'Emergency',
  crisisLabel: 'Crisis line',
  poisonLabel: 'Poison Control',
  callClinic: 'Call the clinic',
  callNamed: 'Call {name}',
  noticeTitle: 'Before you write',
  notice: 'A computer answers here, and nobody reads along. Please do not type names, birth dates or other things that show who you are. The clinic keeps this chat for {days} days to check the answers. Then it is deleted. You can delete it sooner, below.',
  welcome: 'Hello. I can answer questions about naltrexone from the clinic’s own guide. What would you like to know?',
  suggestions: ['What is naltrexone?', 'How do I take it?', 'What are the side effects?'],
  suggestionsName: 'Questions to start with',
  log: 'Conversation',
  you: 'You',
  bot: 'Assistant',
  inputName: 'Your question',
  placeholder: 'Type your question',
  send: 'Send',
  typing: 'The assistant is writing',
  tooLong: '{count} of 2,000 characters. Please make it shorter, or send it in parts.',
  emergencyTitle: 'Get help now',
  pinned: 'This reply stays at the top of the chat.',
  escalateTitle: 'Please talk to your provider',
  from: 'From: {section}',
  paragraph: 'paragraph {n}',
  paragraphs: 'paragraphs {n}',
  sources: 'Where this comes from',
  choices: 'Choose one',
  helpful: 'Was this helpful?',
  thumbUp: 'Yes, this helped',
  thumbDown: 'No, this did not help',
  thanks: 'Thank you.',
  why: 'What was wrong?',
  reasons: { off_topic: 'Not what I asked', unclear: 'Hard to understand', wrong: 'Seems wrong', incomplete: 'Something is missing' },
  leave: 'Leave quickly',
  startOver: 'Start over',
  remove: 'Delete this chat',
  sureStartOver: 'Clear the screen and begin a new chat? The clinic’s copy stays until its time is up. To remove that too, use “Delete this chat”.',
  sureRemove: 'Delete this chat here and from the clinic’s server? This cannot be undone.',
  cancel: 'Keep it',
  removed: 'This chat has been deleted.',
  removeFailed: 'We could not reach the server, so this chat has not been deleted there. Please try again.',
  startedOver: 'This is a new chat.',
  renewed: 'Your earlier chat had ended, so the assistant does not remember it. You can go on here.',
  sending: 'Sending…',
  slow: 'This is taking longer than usual. Your message is kept. If it is urgent, please call.',
  retryNow: 'Try again now',
  retrying: 'We keep trying.',
  errors: {
    offline: 'You seem to be offline. Your message is kept and will be sent when you are back.',
    network: 'We cannot reach the assistant right now. Your message is kept.',
    timeout: 'The assistant did not answer in time. Your message is kept.',
    server: 'The assistant has a problem right now. Your message is kept.',
    empty: 'The assistant sent no answer. Your message is kept.',
    busy: 'That was a lot of messages at once. Yours is kept and will be sent in a moment.',
    toolong: 'This message is too long. Please send it again in shorter parts.',
    refused: 'This message could not be sent. It is kept here.',
  },
  unreachable: 'We cannot reach the assistant right now. You can still write, and your message will go out when it is back. Or call:',
};

// `other`, and `own` wherever that is missing or of another kind.
function over(own, other) {
  if (typeof own === 'string') return typeof other === 'string' && other.trim() ? other : own;
  if (Array.isArray(own)) return Array.isArray(other) && other.length && other.every((one) => typeof one === 'string') ? other : own;
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [key, over(value, other?.[key])]));
}

/** The sentences: those of `given`, a file like es.json in `language`, and English where it has none. */
export function stringsFor(language, given) {
  return given ? { ...over(en, given), code: language } : en;
}

/** `text` with its {placeholders} filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}
