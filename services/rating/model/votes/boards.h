#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/rating/model/votes/outcome.h"

namespace arena::rating {

// Which of the tags that boards ask for a vote has; others leave no trace. One byte, so that a log
// of millions of votes is read without a list of texts each.
class TagSet {
 public:
  enum Tag : uint8_t { kCode = 1, kMath = 2, kLongPrompt = 4, kShortPrompt = 8, kRefusal = 16 };

  TagSet() = default;
  TagSet(std::initializer_list<std::string_view> tags) {
    for (const std::string_view tag : tags) Add(tag);
  }
  // The tags of a list like "code,math".
  static TagSet FromList(std::string_view list, char separator = ',');

  // Adds a tag by the name it has in the vote log: code, math, long_prompt, short_prompt, refusal.
  void Add(std::string_view tag);
  bool Has(Tag tag) const { return (bits_ & tag) != 0; }

  friend bool operator==(const TagSet&, const TagSet&) = default;

 private:
  uint8_t bits_ = 0;
};

// What decides on which boards a rated vote is.
struct VoteLabels {
  // ISO 639 code; "und" when it cannot be told.
  std::string_view language = "und";
  TagSet tags;
  // The turn that was voted on, from 1.
  int turn = 1;
  Outcome outcome = Outcome::kTie;
  // Among its voter's first five rated votes of a UTC day (EarlyVotes).
  bool is_early = false;
};

// One board: a rule which votes it counts, in words.
struct BoardDefinition {
  std::string name;
  // Raised when the rule changes.
  int version = 1;
  // For people.
  std::string title;
  std::string description;

  friend bool operator==(const BoardDefinition&, const BoardDefinition&) = default;
};

// All boards of an arena, in a fixed order: a board's place is its bit in a vote's mask. Immutable,
// so threads may share it.
class BoardSet {
 public:
  // With the boards of the fifteen languages that are spoken most here.
  BoardSet();
  // With a board for each of these languages. INVALID_ARGUMENT when a code is not two or three
  // lower-case letters, comes twice, or there are more than 64 boards in all.
  static absl::StatusOr<BoardSet> WithLanguages(std::span<const std::string> languages);

  static std::vector<std::string> DefaultLanguages();

  const std::vector<BoardDefinition>& boards() const { return boards_; }
  size_t size() const { return boards_.size(); }
  std::optional<uint32_t> Find(std::string_view name) const;

  // The boards that count a rated vote; `overall`, bit 0, counts all.
  uint64_t MaskOf(const VoteLabels& labels) const;

 private:
  explicit BoardSet(std::span<const std::string> languages);

  std::vector<BoardDefinition> boards_;
  // By code.
  absl::flat_hash_map<std::string, uint64_t> language_masks_;
};

// The place of the board that counts every rated vote.
inline constexpr uint32_t kOverallBoard = 0;
inline constexpr size_t kMaxBoards = 64;

}  // namespace arena::rating
