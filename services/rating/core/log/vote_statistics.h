#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "services/rating/model/votes/outcome.h"

namespace arena::rating {

// What the rated votes in force are like, beside whom they are about. Taking a vote back is the
// same addition with a minus sign. For one thread at a time.
class VoteStatistics {
 public:
  // `day` as DayOf.
  void Add(std::string_view language, int32_t day, Outcome outcome, int64_t votes = 1);
  // A vote turned out to be in another language.
  void Move(std::string_view language, std::string_view new_language, int64_t votes = 1);

  // The parts of it, one by one.
  void AddLanguage(std::string_view language, int64_t votes);
  void AddDay(int32_t day, int64_t votes);
  void AddOutcome(Outcome outcome, int64_t votes) {
    outcomes_[static_cast<size_t>(outcome)] += votes;
  }

  // Without those that no vote is left of.
  const std::map<std::string, int64_t, std::less<>>& languages() const { return languages_; }
  const std::map<int32_t, int64_t>& days() const { return days_; }
  int64_t votes(Outcome outcome) const { return outcomes_[static_cast<size_t>(outcome)]; }

  friend bool operator==(const VoteStatistics&, const VoteStatistics&) = default;

 private:
  std::map<std::string, int64_t, std::less<>> languages_;
  std::map<int32_t, int64_t> days_;
  std::array<int64_t, kOutcomes> outcomes_ = {};
};

}  // namespace arena::rating
