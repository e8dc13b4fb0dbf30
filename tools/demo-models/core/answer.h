#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/demo-models/questions/profiles.h"

namespace arena::demo {

// One message of a conversation, as the protocol has it.
struct Message {
  std::string role;
  std::string content;
};

// A piece of a reply and how long it takes after the piece before, at speed 1.
struct Chunk {
  std::string text;
  int tokens = 0;
  std::chrono::microseconds delay{0};
};

// What a model says and at what pace.
struct Reply {
  std::vector<Chunk> chunks;
  // "stop", or "length" when it was cut at `max_tokens`.
  std::string finish_reason = "stop";
  int prompt_tokens = 0;

  std::string Text() const;
  int Tokens() const;
};

// Most words that a prompt can ask for.
inline constexpr int kMaxProseWords = 20'000;

// The model's reply to the last message of the user; a pure function. A sum or a fact is answered
// right with the profile's rate, decided by a hash of seed, model and the message's words; "write
// 200 words" gives that many; anything else a shrug. No reply names a model or who made it.
Reply Answer(const Profile& profile, uint64_t seed, const std::vector<Message>& conversation,
             int max_tokens);

// Cuts `text` into the profile's chunks with its pace, jittered by `seed`.
std::vector<Chunk> Pace(const Profile& profile, uint64_t seed, const std::string& text);

}  // namespace arena::demo
