//! The tokenizer and the chat template of a model.

use linocut_nn::Location;
use minijinja::{Environment, ErrorKind, context};
use minijinja_contrib::pycompat::unknown_method_callback;
use serde::{Deserialize, Serialize};
use tokenizers::Tokenizer;

use super::error::ModelError;
use super::files::{read_json, read_json_if, read_text};
use crate::constraint::Vocabulary;

/// Most bytes of a text that is cut into tokens.
const MAX_TEXT: usize = 1 << 20;
/// Most steps of a template.
const MAX_STEPS: u64 = 2_000_000;

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// A message of a conversation.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A message.
    #[must_use]
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// A tokenizer with the template that makes a text of a conversation.
#[derive(Clone, Debug)]
pub struct Chat {
    tokenizer: Tokenizer,
    template: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    ends: Vec<u32>,
}

/// `tokenizer_config.json`, as far as it matters.
#[derive(Default, Deserialize)]
struct TokenizerConfig {
    chat_template: Option<Templates>,
    bos_token: Option<Special>,
    eos_token: Option<Special>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Templates {
    One(String),
    Named(Vec<Named>),
}

#[derive(Deserialize)]
struct Named {
    name: String,
    template: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Special {
    Plain(String),
    Described { content: String },
}

impl Special {
    fn text(self) -> String {
        let (Self::Plain(text) | Self::Described { content: text }) = self;
        text
    }
}

/// Which tokens end an answer, in `generation_config.json` or `config.json`.
#[derive(Default, Deserialize)]
struct Ends {
    eos_token_id: Option<Ids>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ids {
    One(u32),
    Several(Vec<u32>),
}

impl Chat {
    /// Reads `tokenizer.json` of a folder, and of `tokenizer_config.json`, `chat_template.jinja`, `generation_config.json` and
    /// `config.json` what is there.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`] or [`ModelError::Tokenizer`] for a file that is damaged.
    pub fn read(folder: impl Into<Location>) -> Result<Self, ModelError> {
        let folder = folder.into();
        let file = folder.join("tokenizer.json");
        let text = read_text(&file)?;
        let tokenizer: Tokenizer = text.parse().map_err(|error: Box<dyn std::error::Error + Send + Sync>| {
            ModelError::Tokenizer { file: file.path(), reason: error.to_string() }
        })?;
        let config: TokenizerConfig = read_json_if(&folder.join("tokenizer_config.json"))?.unwrap_or_default();
        let beside = folder.join("chat_template.jinja");
        let template = match config.chat_template {
            _ if beside.exists() => Some(read_text(&beside)?),
            Some(Templates::One(template)) => Some(template),
            Some(Templates::Named(named)) => {
                named.into_iter().find(|named| named.name == "default").map(|named| named.template)
            }
            None => None,
        };
        let (begin, end) = (config.bos_token.map(Special::text), config.eos_token.map(Special::text));
        let mut ends = ends(&folder)?;
        let named = end.as_deref().and_then(|end| tokenizer.token_to_id(end));
        ends.extend(named.filter(|end| !ends.contains(end)));
        Ok(Self::new(tokenizer, template, begin, end, ends))
    }

    /// A tokenizer with a template, the texts of the tokens that begin and end a text, and the tokens that end an answer.
    pub(super) fn new(
        tokenizer: Tokenizer,
        template: Option<String>,
        begin: Option<String>,
        end: Option<String>,
        ends: Vec<u32>,
    ) -> Self {
        Self { tokenizer, template, begin, end, ends }
    }

    /// Tokens that end an answer.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The vocabulary for a constraint, for logits of `size` tokens.
    ///
    /// # Errors
    ///
    /// [`ModelError::Constraint`] if it is not known how the tokenizer spells bytes.
    pub fn vocabulary(&self, size: usize) -> Result<Vocabulary, ModelError> {
        Ok(Vocabulary::of_tokenizer(&self.tokenizer, size, &self.ends)?)
    }

    /// A conversation as one text, up to where the model is to answer. Without a template the messages follow each other, a line break
    /// between them.
    ///
    /// # Errors
    ///
    /// [`ModelError::Template`] if the template is wrong, refuses the messages or takes too long.
    pub fn render(&self, messages: &[Message]) -> Result<String, ModelError> {
        let Some(template) = &self.template else {
            let texts: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
            return Ok(texts.join("\n") + "\n");
        };
        let wrong = |error: minijinja::Error| ModelError::Template { reason: format!("{error:#}") };
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(MAX_STEPS));
        environment.set_unknown_method_callback(unknown_method_callback);
        environment.add_function("raise_exception", |reason: String| -> Result<String, minijinja::Error> {
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, reason))
        });
        let values = context! {
            messages => messages,
            add_generation_prompt => true,
            enable_thinking => false,
            bos_token => self.begin,
            eos_token => self.end,
        };
        environment.render_str(template, values).map_err(wrong)
    }

    /// The tokens of a text. `special` says whether those that the tokenizer puts around a text are among them; a rendered conversation
    /// has its own.
    ///
    /// # Errors
    ///
    /// [`ModelError::Encode`] for a text of more than a MiB, or if the tokenizer fails.
    pub fn encode(&self, text: &str, special: bool) -> Result<Vec<u32>, ModelError> {
        if text.len() > MAX_TEXT {
            return Err(ModelError::Encode {
                reason: format!("a text of {} bytes, at most {MAX_TEXT} are cut", text.len()),
            });
        }
        let encoded = self.tokenizer.encode(text, special);
        encoded
            .map(|encoded| encoded.get_ids().to_vec())
            .map_err(|error| ModelError::Encode { reason: error.to_string() })
    }

    /// The text of tokens, with or without special ones.
    ///
    /// # Errors
    ///
    /// [`ModelError::Encode`] if the tokenizer fails.
    pub fn decode(&self, tokens: &[u32], skip_special: bool) -> Result<String, ModelError> {
        let decoded = self.tokenizer.decode(tokens, skip_special);
        decoded.map_err(|error| ModelError::Encode { reason: error.to_string() })
    }
}

fn ends(folder: &Location) -> Result<Vec<u32>, ModelError> {
    let generation: Ends = read_json_if(&folder.join("generation_config.json"))?.unwrap_or_default();
    let ids = match generation.eos_token_id {
        Some(ids) => Some(ids),
        None => read_json::<Ends>(&folder.join("config.json"))?.eos_token_id,
    };
    Ok(match ids {
        Some(Ids::One(id)) => vec![id],
        Some(Ids::Several(ids)) => ids,
        None => Vec::new(),
    })
}
