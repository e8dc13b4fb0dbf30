#include "services/vote-ingest/rpc/convert.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"

namespace arena::vote_ingest {
namespace {

// An entry as long as they get.
LogEntry LongestAnnotation(int64_t position) {
  const std::string name(limits::kModelNameBytes, 'm');
  const std::vector<std::string> tags(limits::kTagsPerVote, std::string(limits::kTagBytes, 't'));
  return {.position = position,
          .kind = VoteKind::kAnnotation,
          .target_position = 1,
          .vote = {.left = {{}, name},
                   .right = {{}, name},
                   .choice = Choice::kLeft,
                   .language = std::string(limits::kLanguageBytes, 'l'),
                   .tags = tags,
                   .voter_hash = std::string(32, '0')},
          .time = absl::FromUnixSeconds(1'700'000'000),
          .reason = std::string(limits::kReasonBytes, 'r'),
          .entry_time = absl::FromUnixSeconds(1'700'000'000),
          .label_version = 7,
          .new_labels = {.language = "en", .tags = tags}};
}

TEST(ListedPageTest, APageEndsBeforeItIsTooLargeForAMessageAndTheNextGoesOn) {
  LogPage page{.last_position = limits::kMaxPageVotes, .head_position = limits::kMaxPageVotes};
  for (int i = 1; i <= limits::kMaxPageVotes; ++i) page.entries.push_back(LongestAnnotation(i));
  int64_t listed = 0;
  int pages = 0;
  while (!page.entries.empty()) {
    const v1::ListVotesResponse answer = ToProto(page, "key");
    EXPECT_LE(answer.ByteSizeLong(), static_cast<size_t>(limits::kMessageBytes));
    ASSERT_GT(answer.entries_size(), 0);
    for (const v1::VoteEntry& entry : answer.entries()) EXPECT_EQ(entry.position(), ++listed);
    EXPECT_EQ(answer.next_page_token(), std::to_string(listed));
    page.entries.erase(page.entries.begin(), page.entries.begin() + answer.entries_size());
    ++pages;
  }
  EXPECT_EQ(listed, limits::kMaxPageVotes);
  EXPECT_GT(pages, 1);
}

TEST(ListedPageTest, APageThatFitsGoesOnBehindWhatWasLookedAt) {
  const LogPage page{.entries = {LongestAnnotation(3)}, .last_position = 9, .head_position = 12};
  const v1::ListVotesResponse answer = ToProto(page, "key");
  EXPECT_EQ(answer.entries_size(), 1);
  EXPECT_EQ(answer.next_page_token(), "9");
  EXPECT_EQ(answer.head_position(), 12);
}

TEST(ImportedVoteTest, ALanguageIsACodeOrNothing) {
  for (const auto& [language, is_taken] : std::map<std::string, bool>{{"", true},
                                                                      {"en", true},
                                                                      {"und", true},
                                                                      {"EN", false},
                                                                      {"e,n", false},
                                                                      {"e\nn", false}}) {
    v1::ImportVotesRequest request;
    request.set_source("test");
    v1::ImportedVote& vote = *request.add_votes();
    vote.set_model_left("a");
    vote.set_model_right("b");
    vote.set_choice(v1::CHOICE_LEFT);
    vote.set_language(language);
    EXPECT_EQ(ToVotes(request, "key").ok(), is_taken) << language;
  }
}

}  // namespace
}  // namespace arena::vote_ingest
