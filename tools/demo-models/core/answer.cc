#include "tools/demo-models/core/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "common/base/random.h"
#include "tools/demo-models/core/phrasing.h"
#include "tools/demo-models/core/tokens.h"
#include "tools/demo-models/questions/problem.h"
#include "tools/demo-models/questions/text.h"

namespace arena::demo {
namespace {

// Uniform in [0, 1).
double Fraction(Random& random) { return static_cast<double>(random.Bits() >> 11) * 0x1p-53; }

std::string LastUserMessage(const std::vector<Message>& conversation) {
  for (auto message = conversation.rbegin(); message != conversation.rend(); ++message) {
    if (message->role == "user") return message->content;
  }
  return {};
}

// The number before the word "words", as in "write 200 words about trees".
std::optional<int> WantedWords(std::string_view words) {
  const size_t at = words.find(" words ");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  size_t begin = at;
  while (begin > 0 && IsDigit(words[begin - 1])) --begin;
  // Nine digits fit an int; more than the limit is cut to it anyway.
  if (begin == at || at - begin > 9) return std::nullopt;
  return std::clamp(std::atoi(std::string(words.substr(begin, at - begin)).c_str()), 1,
                    kMaxProseWords);
}

std::string Compose(const Profile& profile, const std::string& prompt, Random& random) {
  // The first draw decides right or wrong; it is there for every text, so that it never moves.
  const bool is_right = Fraction(random) < profile.success_rate;
  if (const auto problem = Understand(prompt)) {
    const std::vector<std::string>& wrong = problem->wrong_answers;
    const std::string& answer = is_right ? problem->answer : wrong[random.Below(wrong.size())];
    return PhraseAnswer(profile.style, problem->topic, answer, random);
  }
  if (const auto words = WantedWords(Words(prompt))) {
    return PhraseProse(profile.style, *words, random);
  }
  return PhraseShrug(profile.style, random);
}

// Drops what is beyond `max_tokens`; returns whether anything was.
bool CutToLength(std::string& text, int max_tokens) {
  const std::vector<std::string> tokens = Tokenize(text);
  if (std::cmp_less_equal(tokens.size(), max_tokens)) return false;
  text.clear();
  for (const std::string& token : std::span(tokens).first(static_cast<size_t>(max_tokens))) {
    text += token;
  }
  return true;
}

}  // namespace

std::string Reply::Text() const {
  std::string text;
  for (const Chunk& chunk : chunks) text += chunk.text;
  return text;
}

int Reply::Tokens() const {
  int tokens = 0;
  for (const Chunk& chunk : chunks) tokens += chunk.tokens;
  return tokens;
}

std::vector<Chunk> Pace(const Profile& profile, uint64_t seed, const std::string& text) {
  SeededRandom random(seed);
  const auto jittered = [&](double microseconds) {
    return std::chrono::microseconds(
        static_cast<int64_t>(microseconds * (0.7 + 0.6 * Fraction(random))));
  };
  std::vector<Chunk> chunks;
  Chunk chunk;
  auto wanted = 1 + random.Below(static_cast<uint64_t>(profile.chunk_tokens));
  const auto close_chunk = [&] {
    chunk.delay = chunks.empty() ? jittered(profile.first_token_ms * 1e3)
                                 : jittered(chunk.tokens * 1e6 / profile.tokens_per_second);
    chunks.push_back(std::move(chunk));
    chunk = {};
    wanted = 1 + random.Below(static_cast<uint64_t>(profile.chunk_tokens));
  };
  for (const std::string& token : Tokenize(text)) {
    chunk.text += token;
    if (std::cmp_equal(++chunk.tokens, wanted)) close_chunk();
  }
  if (chunk.tokens > 0) close_chunk();
  return chunks;
}

Reply Answer(const Profile& profile, uint64_t seed, const std::vector<Message>& conversation,
             int max_tokens) {
  const std::string prompt = LastUserMessage(conversation);
  SeededRandom random(StableHash(fmt::format("{}|{}|{}", seed, profile.name, Words(prompt))));
  std::string text = Compose(profile, prompt, random);
  Reply reply;
  if (CutToLength(text, max_tokens)) reply.finish_reason = "length";
  reply.chunks = Pace(profile, random.Bits(), text);
  for (const Message& message : conversation) {
    reply.prompt_tokens += static_cast<int>(Tokenize(message.content).size());
  }
  return reply;
}

}  // namespace arena::demo
