#include "services/rating/core/log/vote_statistics.h"

namespace arena::rating {
namespace {

template <typename Map, typename Key>
void AddTo(Map& map, const Key& key, int64_t votes) {
  auto found = map.find(key);
  if (found == map.end()) found = map.emplace(key, 0).first;
  found->second += votes;
  if (found->second == 0) map.erase(found);
}

}  // namespace

void VoteStatistics::Add(std::string_view language, int32_t day, Outcome outcome, int64_t votes) {
  AddLanguage(language, votes);
  AddDay(day, votes);
  AddOutcome(outcome, votes);
}

void VoteStatistics::Move(std::string_view language, std::string_view new_language, int64_t votes) {
  if (language == new_language) return;
  AddLanguage(language, -votes);
  AddLanguage(new_language, votes);
}

void VoteStatistics::AddLanguage(std::string_view language, int64_t votes) {
  AddTo(languages_, language, votes);
}

void VoteStatistics::AddDay(int32_t day, int64_t votes) { AddTo(days_, day, votes); }

}  // namespace arena::rating
