// What may be said about votes later, on memory and on PostgreSQL.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/limits.h"
#include "tests/contract/vote_ingest/vote_store_bench.h"
#include "tests/support/seed.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

using ::testing::ElementsAre;

class AmendmentsTest : public VoteStoreTest {
 protected:
  // Appends votes at the next positions.
  void AppendVotes(int count, const std::string& voter = "feed") {
    std::vector<NewVote> votes;
    for (int i = 0; i < count; ++i) {
      votes.push_back(VoteOn(ReadyBattle(++battles_)));
      votes.back().voter_hash = voter;
    }
    ASSERT_TRUE(store().Append(votes).ok());
  }

  // A request of its own each.
  Amendment About(VoteKind kind, std::vector<int64_t> positions) {
    const RequestId id(Uuid::MakeVersion7(kNow, random_));
    Amendment amendment{.kind = kind,
                        .caller = "ops",
                        .request_id = id,
                        .request_digest = Sha256(id.ToString()),
                        .positions = std::move(positions),
                        .reason = "one person, many names"};
    if (kind == VoteKind::kAnnotation) {
      amendment.reason = "";
      amendment.label_version = 1;
      amendment.labels.assign(amendment.positions.size(), {.language = "fr", .tags = {"poem"}});
    }
    return amendment;
  }
  Amendment Retract(std::vector<int64_t> positions) {
    return About(VoteKind::kRetraction, std::move(positions));
  }
  Amendment Restore(std::vector<int64_t> positions) {
    return About(VoteKind::kRestoration, std::move(positions));
  }
  Amendment Annotate(std::vector<int64_t> positions) {
    return About(VoteKind::kAnnotation, std::move(positions));
  }

  // Amends and expects so many entries, at the end of the log.
  void Expect(const Amendment& amendment, int appended, int skipped = 0) {
    const int64_t head = Head();
    const auto amended = store().Amend(amendment);
    ASSERT_TRUE(amended.ok()) << amended.status();
    EXPECT_EQ(*amended, (Amended{.appended = appended,
                                 .skipped = skipped,
                                 .first_position = appended > 0 ? head + 1 : 0,
                                 .last_position = appended > 0 ? head + appended : 0,
                                 .next_position = amendment.next_position}));
    EXPECT_EQ(Head(), head + appended);
  }

  // "REASON position", and nothing is appended.
  std::string Refusal(const Amendment& amendment) {
    const int64_t head = Head();
    const auto details = DetailsOf(store().Amend(amendment).status());
    EXPECT_EQ(Head(), head);
    if (!details.has_value()) return "no refusal";
    const auto position = details->metadata.find("position");
    return details->reason + (position == details->metadata.end() ? "" : " " + position->second);
  }

  int64_t Head() { return store().Read({.limit = 0})->head_position; }

  LogEntry EntryAt(int64_t position) {
    const auto page = store().Read({.after = position - 1, .limit = 1, .include_quarantine = true});
    EXPECT_EQ(page->entries.size(), 1u);
    return page->entries.at(0);
  }

  uint64_t battles_ = 0;
  SeededRandom random_{testing::TestSeed()};
};

INSTANTIATE_TEST_SUITE_P(Stores, AmendmentsTest, ::testing::Values("Memory", "Postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(AmendmentsTest, ARetractionRepeatsTheVoteAndSaysWhy) {
  AppendVotes(3);
  Expect(Retract({2, 3}), 2);
  const LogEntry vote = EntryAt(2);
  const LogEntry entry = EntryAt(4);
  EXPECT_EQ(entry.kind, VoteKind::kRetraction);
  EXPECT_EQ(entry.target_position, 2);
  EXPECT_EQ(entry.vote.battle_id, vote.vote.battle_id);
  EXPECT_EQ(entry.vote.left.name, "alder");
  EXPECT_EQ(entry.vote.choice, vote.vote.choice);
  EXPECT_EQ(entry.vote.reasons, vote.vote.reasons);
  EXPECT_EQ(entry.vote.language, "de");
  EXPECT_EQ(entry.vote.tags, vote.vote.tags);
  EXPECT_EQ(entry.vote.voter_hash, "feed");
  EXPECT_EQ(entry.vote.style_right, vote.vote.style_right);
  EXPECT_EQ(entry.time, vote.time) << "when the vote was cast";
  EXPECT_EQ(entry.reason, "one person, many names");
  EXPECT_LT(absl::AbsDuration(absl::Now() - entry.entry_time), absl::Minutes(1));
  EXPECT_EQ(EntryAt(5).target_position, 3);
}

TEST_P(AmendmentsTest, AVoteGoesOutAndInAgainAsOftenAsOneLikes) {
  AppendVotes(1);
  for (int round = 0; round < 3; ++round) {
    Expect(Retract({1}), 1);
    EXPECT_EQ(Refusal(Retract({1})), "ALREADY_RETRACTED 1");
    Expect(Restore({1}), 1);
    EXPECT_EQ(Refusal(Restore({1})), "NOT_RETRACTED 1");
  }
}

TEST_P(AmendmentsTest, OneSettledVoteRefusesAllUnlessItMayBeSkipped) {
  AppendVotes(5);
  Expect(Retract({4, 2}), 2);
  Amendment all = Retract({1, 4, 2, 3});
  EXPECT_EQ(Refusal(all), "ALREADY_RETRACTED 2");
  all.skip_settled = true;
  Expect(all, 2, 2);
  EXPECT_EQ(EntryAt(8).target_position, 1);
  EXPECT_EQ(EntryAt(9).target_position, 3);
  Amendment none = Retract({1, 2});
  none.skip_settled = true;
  Expect(none, 0, 2);
}

TEST_P(AmendmentsTest, WhatIsNoVoteCannotBeAmended) {
  AppendVotes(2);
  Expect(Retract({1}), 1);
  for (const VoteKind kind :
       {VoteKind::kRetraction, VoteKind::kRestoration, VoteKind::kAnnotation}) {
    Amendment beyond = About(kind, {2, 77});
    beyond.skip_settled = true;
    EXPECT_EQ(Refusal(beyond), "VOTE_NOT_FOUND 77");
    Amendment itself = About(kind, {2, 3});
    itself.skip_settled = true;
    EXPECT_EQ(Refusal(itself), "VOTE_NOT_FOUND 3") << "the retraction";
  }
}

TEST_P(AmendmentsTest, ARepeatGetsTheFirstAnswerAndAnotherRequestARefusal) {
  AppendVotes(3);
  Amendment retraction = Retract({1, 2});
  retraction.next_position = 3;
  Expect(retraction, 2);
  const auto first = store().Amend(retraction);
  Expect(Restore({1}), 1);
  const auto again = store().Amend(retraction);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(again->next_position, 3);
  EXPECT_EQ(Head(), 6);

  Amendment other = retraction;
  other.request_digest = Sha256("another body");
  EXPECT_EQ(Refusal(other), "REQUEST_ID_REUSED");
}

TEST_P(AmendmentsTest, ARequestIdBelongsToOneCallerAndOneKind) {
  AppendVotes(2);
  const Amendment retraction = Retract({1});
  Expect(retraction, 1);
  Amendment of_another = retraction;
  of_another.caller = "another";
  of_another.positions = {2};
  Expect(of_another, 1);
  Amendment restoration = Restore({1});
  restoration.request_id = retraction.request_id;
  Expect(restoration, 1);
}

TEST_P(AmendmentsTest, ARefusedRequestMayBeMadeAgain) {
  AppendVotes(1);
  const Amendment restoration = Restore({1});
  EXPECT_EQ(Refusal(restoration), "NOT_RETRACTED 1");
  Expect(Retract({1}), 1);
  Expect(restoration, 1);
}

TEST_P(AmendmentsTest, NewLabelsAreInForceUntilThereAreNewerOnes) {
  AppendVotes(1);
  Expect(Annotate({1}), 1);
  const LogEntry first = EntryAt(2);
  EXPECT_EQ(first.kind, VoteKind::kAnnotation);
  EXPECT_EQ(first.label_version, 1);
  EXPECT_EQ(first.vote.language, "de");
  EXPECT_THAT(first.vote.tags, ElementsAre("code", "math"));
  EXPECT_EQ(first.new_labels, (NewLabels{.language = "fr", .tags = {"poem"}}));
  EXPECT_EQ(Refusal(Annotate({1})), "ALREADY_LABELLED 1") << "by rules as new";

  Amendment newer = Annotate({1});
  newer.label_version = 2;
  newer.labels = {{.language = "", .tags = {}}};
  Expect(newer, 1);
  const LogEntry second = EntryAt(3);
  EXPECT_EQ(second.vote.language, "fr");
  EXPECT_THAT(second.vote.tags, ElementsAre("poem"));
  EXPECT_EQ(second.new_labels, (NewLabels{.language = "fr", .tags = {}}));

  Expect(Retract({1}), 1);
  EXPECT_EQ(EntryAt(4).vote.language, "fr");
  EXPECT_TRUE(EntryAt(4).vote.tags.empty());
  EXPECT_EQ(EntryAt(1).vote.language, "de") << "the vote itself never changes";
}

TEST_P(AmendmentsTest, LabelsGoToTheirVoteWhereOthersAreSkipped) {
  AppendVotes(3);
  Expect(Annotate({2}), 1);
  Amendment all = Annotate({1, 2, 3});
  all.skip_settled = true;
  all.labels = {{.language = "it", .tags = {"one"}},
                {.language = "es", .tags = {"two"}},
                {.language = "pt", .tags = {"three", "tres"}}};
  Expect(all, 2, 1);
  EXPECT_EQ(EntryAt(5).new_labels, all.labels[0]);
  EXPECT_EQ(EntryAt(6).new_labels, all.labels[2]);
}

TEST_P(AmendmentsTest, RetractionsAndLabelsKnowNothingOfEachOther) {
  AppendVotes(1);
  Expect(Retract({1}), 1);
  Expect(Annotate({1}), 1);
  EXPECT_EQ(Refusal(Retract({1})), "ALREADY_RETRACTED 1");
  Expect(Restore({1}), 1);
  EXPECT_EQ(Refusal(Annotate({1})), "ALREADY_LABELLED 1");
}

TEST_P(AmendmentsTest, AQuarantineIsLeftOutUnlessAskedFor) {
  AppendVotes(1);
  Expect(Retract({1}), 1);
  Expect(Restore({1}), 1);
  Expect(Annotate({1}), 1);
  const auto page = store().Read({});
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].position, 1);
  EXPECT_EQ(page->entries[1].position, 4);
  EXPECT_EQ(page->last_position, 4);
  EXPECT_EQ(store().Read({.include_quarantine = true})->entries.size(), 4u);
}

TEST_P(AmendmentsTest, AReceiptShowsNothingOfIt) {
  const BattleView battle = ReadyBattle(1);
  bench_->AddBattle(battle);
  AppendVotes(1);
  Expect(Annotate({1}), 1);
  Expect(Retract({1}), 1);
  const auto battles = store().LoadBattles({battle.id}, true);
  ASSERT_EQ(battles->front()->votes.size(), 1u);
  EXPECT_EQ(battles->front()->votes[0].position, 1);
  EXPECT_EQ(battles->front()->votes[0].reasons.size(), 2u);
}

TEST_P(AmendmentsTest, AVotersVotesAreFoundAndNoEntryAboutThem) {
  AppendVotes(2, "ann");
  AppendVotes(2, "ben");
  AppendVotes(1, "ann");
  Expect(Retract({1}), 1);
  const auto page = store().FindVotes("ann", 1);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->positions, ElementsAre(1, 2, 5));
  EXPECT_EQ(page->next_position, 0);
  EXPECT_THAT(store().FindVotes("ann", 3)->positions, ElementsAre(5));
  EXPECT_TRUE(store().FindVotes("ann", 77)->positions.empty());
  EXPECT_TRUE(store().FindVotes("nobody", 1)->positions.empty());
}

TEST_P(AmendmentsTest, AVotersLongHistoryComesInPages) {
  while (battles_ < limits::kAmendedVotes) AppendVotes(1'000, "ann");
  const auto whole = store().FindVotes("ann", 1);
  EXPECT_EQ(whole->positions.size(), static_cast<size_t>(limits::kAmendedVotes));
  EXPECT_EQ(whole->next_position, 0) << "there is nothing more";
  AppendVotes(3, "ann");
  const auto first = store().FindVotes("ann", 1);
  EXPECT_EQ(first->next_position, limits::kAmendedVotes + 1);
  const auto second = store().FindVotes("ann", first->next_position);
  EXPECT_EQ(second->positions.size(), 3u);
  EXPECT_EQ(second->next_position, 0);
}

// Also a page on which the voter has no vote says where to go on.
TEST_P(AmendmentsTest, ALongLogIsSearchedPageByPage) {
  bench_ = MakeBench(GetParam(), /*prompt_vote_cap=*/0, /*searched_positions=*/7);
  AddModels();
  AppendVotes(1, "ann");
  AppendVotes(13, "ben");
  AppendVotes(1, "ann");
  const auto expect = [&](int64_t start, const std::vector<int64_t>& positions, int64_t next) {
    const auto page = store().FindVotes("ann", start);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->positions, positions) << start;
    EXPECT_EQ(page->next_position, next) << start;
  };
  expect(1, {1}, 8);
  expect(8, {}, 15);
  expect(15, {15}, 0);
  expect(9, {15}, 0);
}

// Each vote is retracted by exactly one of many who try, while others cast votes.
TEST_P(AmendmentsTest, RacingRetractionsTakeEachVoteOutOnce) {
  constexpr int kVotes = 300;
  constexpr int kOperators = 4;
  AppendVotes(kVotes);
  std::vector<int64_t> positions(kVotes);
  for (int i = 0; i < kVotes; ++i) positions[static_cast<size_t>(i)] = i + 1;
  std::atomic<int> appended = 0;
  std::vector<std::thread> threads;
  std::vector<Amendment> retractions;
  for (int i = 0; i < kOperators; ++i) {
    retractions.push_back(Retract(positions));
    retractions.back().skip_settled = true;
  }
  for (const Amendment& retraction : retractions) {
    threads.emplace_back([&] {
      const auto amended = store().Amend(retraction);
      ASSERT_TRUE(amended.ok()) << amended.status();
      appended += amended->appended;
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 20; ++i) AppendVotes(5);
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(appended, kVotes);
  const auto page = store().Read({.limit = 10'000, .include_quarantine = true});
  EXPECT_EQ(page->head_position, kVotes + kVotes + 100);
  EXPECT_EQ(static_cast<int64_t>(page->entries.size()), page->head_position);
  EXPECT_EQ(Refusal(Retract({7})), "ALREADY_RETRACTED 7");
}

}  // namespace
}  // namespace arena::vote_ingest
