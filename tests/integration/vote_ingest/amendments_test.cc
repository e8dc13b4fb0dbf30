// Retractions, restorations and late labels as operators and the public meet them.
#include <gmock/gmock.h>

#include <map>
#include <numeric>

#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/keyed_hash.h"
#include "common/base/limits.h"
#include "tests/integration/vote_ingest/vote_ingest_test.h"
#include "tests/support/scratch_folder.h"

namespace arena::vote_ingest {
namespace {

using ::testing::ElementsAre;

std::string NewRequestId() {
  SecureRandom random;
  return Uuid::MakeVersion7(absl::Now(), random).ToString();
}

template <typename Request>
Request Begin() {
  Request request;
  request.set_request_id(NewRequestId());
  return request;
}

template <typename Request>
Request OfPositions(const std::vector<int64_t>& positions) {
  Request request = Begin<Request>();
  request.set_reason("bought votes");
  auto* chosen = request.mutable_votes()->mutable_positions();
  for (const int64_t position : positions) chosen->add_positions(position);
  return request;
}

template <typename Request>
Request OfVoter(const std::string& voter, int64_t start = 0) {
  Request request = Begin<Request>();
  request.set_reason("bought votes");
  request.mutable_votes()->mutable_voter()->set_voter(voter);
  request.mutable_votes()->mutable_voter()->set_start_position(start);
  return request;
}

v1::AnnotateVotesRequest OfLabels(int version, const std::vector<int64_t>& positions) {
  auto request = Begin<v1::AnnotateVotesRequest>();
  request.set_label_version(version);
  for (const int64_t position : positions) {
    v1::VoteLabels& labels = *request.add_labels();
    labels.set_position(position);
    labels.set_language("fr");
    labels.add_tags("poem");
    labels.add_tags("code");
  }
  return request;
}

class AmendmentsTest : public VoteIngestTest {
 protected:
  using VoteIngestTest::VoteIngestTest;

  auto Amend(const v1::RetractVotesRequest& request) {
    return Call(*votes_admin_, &v1::VoteAdminService::Stub::RetractVotes, request);
  }
  auto Amend(const v1::RestoreVotesRequest& request) {
    return Call(*votes_admin_, &v1::VoteAdminService::Stub::RestoreVotes, request);
  }
  auto Amend(const v1::AnnotateVotesRequest& request) {
    return Call(*votes_admin_, &v1::VoteAdminService::Stub::AnnotateVotes, request);
  }

  // "REASON position", or "FIELD_INVALID field".
  template <typename Request>
  std::string Refusal(const Request& request) {
    const auto details = DetailsOf(Amend(request).status());
    if (!details.has_value()) return "no refusal";
    std::string refusal = details->reason;
    for (const char* key : {"position", "field"}) {
      const auto found = details->metadata.find(key);
      if (found != details->metadata.end()) refusal += " " + found->second;
    }
    return refusal;
  }

  static std::vector<int64_t> PositionsIn(const std::vector<v1::VoteEntry>& entries) {
    std::vector<int64_t> positions;
    for (const v1::VoteEntry& entry : entries) positions.push_back(entry.position());
    return positions;
  }
  static std::vector<int64_t> PositionsIn(const absl::StatusOr<v1::ListVotesResponse>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return {};
    return PositionsIn(std::vector(page->entries().begin(), page->entries().end()));
  }
};

using RetractVotes = v1::RetractVotesRequest;
using RestoreVotes = v1::RestoreVotesRequest;

TEST_F(AmendmentsTest, ARetractionIsAnsweredWithItsPositionsAndStandsInTheExport) {
  ASSERT_TRUE(Import(Imported(0, 5)).ok());
  const auto retracted = Amend(OfPositions<RetractVotes>({2, 4}));
  ASSERT_TRUE(retracted.ok()) << retracted.status();
  EXPECT_EQ(retracted->amendment().appended_count(), 2);
  EXPECT_EQ(retracted->amendment().first_position(), 6);
  EXPECT_EQ(retracted->amendment().last_position(), 7);
  const auto entries = Export({});
  ASSERT_EQ(entries.size(), 7u);
  const v1::VoteEntry& entry = entries[5];
  EXPECT_EQ(entry.kind(), v1::VOTE_KIND_RETRACTION);
  EXPECT_EQ(entry.target_position(), 2);
  EXPECT_EQ(entry.vote_id(), entries[1].vote_id());
  EXPECT_EQ(entry.reason(), "bought votes");
  EXPECT_TRUE(entry.has_entry_time());
  EXPECT_FALSE(entries[1].has_entry_time());
}

TEST_F(AmendmentsTest, RefusalsHaveReasonsAndAppendNothing) {
  ASSERT_TRUE(Import(Imported(0, 5)).ok());
  ASSERT_TRUE(Amend(OfPositions<RetractVotes>({1})).ok());
  EXPECT_EQ(Refusal(OfPositions<RetractVotes>({2, 1})), "ALREADY_RETRACTED 1");
  EXPECT_EQ(Refusal(OfPositions<RestoreVotes>({1, 2})), "NOT_RETRACTED 2");
  EXPECT_EQ(Refusal(OfPositions<RetractVotes>({2, 6})), "VOTE_NOT_FOUND 6") << "no vote";
  EXPECT_EQ(Refusal(OfPositions<RestoreVotes>({77})), "VOTE_NOT_FOUND 77");
  ASSERT_TRUE(Amend(OfLabels(2, {3})).ok());
  EXPECT_EQ(Refusal(OfLabels(2, {4, 3})), "ALREADY_LABELLED 3");
  EXPECT_EQ(Export({}).size(), 7u);
}

TEST_F(AmendmentsTest, ARepeatGetsTheFirstAnswer) {
  ASSERT_TRUE(Import(Imported(0, 3)).ok());
  RetractVotes request = OfPositions<RetractVotes>({1, 2});
  const auto first = Amend(request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Amend(OfPositions<RestoreVotes>({1})).ok());
  const auto again = Amend(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Export({}).size(), 6u);
  request.set_reason("another reason");
  EXPECT_EQ(Refusal(request), "REQUEST_ID_REUSED");
}

TEST_F(AmendmentsTest, BadRequestsNameTheirField) {
  const auto retract = [&](auto change) {
    RetractVotes request = OfPositions<RetractVotes>({1});
    change(request);
    return Refusal(request);
  };
  constexpr char kPositions[] = "FIELD_INVALID votes.positions.positions";
  EXPECT_EQ(retract([](auto& r) { r.set_request_id("x"); }), "REQUEST_ID_INVALID request_id");
  EXPECT_EQ(retract([](auto& r) { r.clear_reason(); }), "FIELD_INVALID reason");
  EXPECT_EQ(retract([](auto& r) { r.set_reason(std::string(limits::kReasonBytes + 1, 'r')); }),
            "FIELD_INVALID reason");
  EXPECT_EQ(retract([](auto& r) { r.set_reason(std::string("a\0b", 3)); }), "FIELD_INVALID reason");
  EXPECT_EQ(retract([](auto& r) { r.clear_votes(); }), "FIELD_INVALID votes");
  EXPECT_EQ(retract([](auto& r) { r.mutable_votes()->mutable_positions()->clear_positions(); }),
            kPositions);
  EXPECT_EQ(retract([](auto& r) { r.mutable_votes()->mutable_positions()->add_positions(0); }),
            kPositions);
  EXPECT_EQ(retract([](auto& r) { r.mutable_votes()->mutable_positions()->add_positions(1); }),
            kPositions)
      << "twice";
  EXPECT_EQ(retract([](auto& r) { r.mutable_votes()->mutable_voter()->set_voter("ann"); }),
            "FIELD_INVALID votes.voter.voter");
  std::vector<int64_t> many(limits::kAmendedVotes + 1);
  std::iota(many.begin(), many.end(), 1);
  EXPECT_EQ(Refusal(OfPositions<RetractVotes>(many)), kPositions);

  EXPECT_EQ(Refusal(OfLabels(0, {1})), "FIELD_INVALID label_version");
  EXPECT_EQ(Refusal(OfLabels(1, {})), "FIELD_INVALID labels");
  auto labels = OfLabels(1, {1});
  labels.mutable_labels(0)->set_tags(0, "a,b");
  EXPECT_EQ(Refusal(labels), "FIELD_INVALID labels.tags");
  labels = OfLabels(1, {1});
  labels.mutable_labels(0)->set_language("French!");
  EXPECT_EQ(Refusal(labels), "FIELD_INVALID labels.language");

  // The edges, of labels for a vote that is not there: what is wrong with them would be told first.
  const auto refusal_of = [&](size_t language, size_t tag, int tags) {
    auto edge = OfLabels(1, {1});
    edge.mutable_labels(0)->set_language(std::string(language, 'x'));
    edge.mutable_labels(0)->clear_tags();
    for (int i = 0; i < tags; ++i) {
      edge.mutable_labels(0)->add_tags(std::string(tag - 1, 't') + static_cast<char>('a' + i));
    }
    return Refusal(edge);
  };
  const std::string fits =
      refusal_of(limits::kLanguageBytes, limits::kTagBytes, limits::kTagsPerVote);
  EXPECT_TRUE(fits.starts_with("VOTE_NOT_FOUND")) << fits;
  EXPECT_EQ(refusal_of(limits::kLanguageBytes + 1, 1, 1), "FIELD_INVALID labels.language");
  EXPECT_EQ(refusal_of(2, limits::kTagBytes + 1, 1), "FIELD_INVALID labels.tags");
  EXPECT_EQ(refusal_of(2, 2, limits::kTagsPerVote + 1), "FIELD_INVALID labels.tags");
}

TEST_F(AmendmentsTest, AsManyVotesAsMayBeAreTakenOutForAsLongAReason) {
  for (int first = 0; first < limits::kAmendedVotes; first += limits::kImportBatchVotes) {
    ASSERT_TRUE(Import(Imported(first, limits::kImportBatchVotes)).ok());
  }
  std::vector<int64_t> all(limits::kAmendedVotes);
  std::iota(all.begin(), all.end(), 1);
  RetractVotes request = OfPositions<RetractVotes>(all);
  request.set_reason(std::string(limits::kReasonBytes, 'r'));
  const auto retracted = Amend(request);
  ASSERT_TRUE(retracted.ok()) << retracted.status();
  EXPECT_EQ(retracted->amendment().appended_count(), limits::kAmendedVotes);
  EXPECT_EQ(Export({}).back().reason(), request.reason());
}

TEST_F(AmendmentsTest, AVotersWholeHistoryGoesOutAndInAgain) {
  ASSERT_TRUE(Import(Imported(0, 500, "ann")).ok());
  ASSERT_TRUE(Import(Imported(500, 300, "ben")).ok());
  ASSERT_TRUE(Import(Imported(800, 700, "ann")).ok());
  const std::string ann = Export({})[0].voter();
  ASSERT_EQ(ann.size(), 32u);
  ASSERT_TRUE(Amend(OfPositions<RetractVotes>({3})).ok());

  const auto retracted = Amend(OfVoter<RetractVotes>(ann));
  ASSERT_TRUE(retracted.ok()) << retracted.status();
  EXPECT_EQ(retracted->amendment().appended_count(), 1'199);
  EXPECT_EQ(retracted->amendment().skipped_count(), 1);
  EXPECT_EQ(retracted->amendment().next_position(), 0);
  const auto restored = Amend(OfVoter<RestoreVotes>(ann));
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->amendment().appended_count(), 1'200);

  std::map<int64_t, int> balance;
  for (const v1::VoteEntry& entry : Export({})) {
    if (entry.kind() == v1::VOTE_KIND_VOTE) continue;
    EXPECT_EQ(entry.voter(), ann);
    balance[entry.target_position()] += entry.kind() == v1::VOTE_KIND_RETRACTION ? 1 : -1;
  }
  EXPECT_EQ(balance.size(), 1'200u);
  for (const auto& [position, sum] : balance) EXPECT_EQ(sum, 0) << position;
}

TEST_F(AmendmentsTest, AnUnknownVoterHasNothingToTakeOut) {
  ASSERT_TRUE(Import(Imported(0, 5, "ann")).ok());
  const auto retracted = Amend(OfVoter<RetractVotes>(std::string(32, 'e')));
  ASSERT_TRUE(retracted.ok()) << retracted.status();
  EXPECT_EQ(retracted->amendment().ByteSizeLong(), 0u) << "all is 0";
}

TEST_F(AmendmentsTest, ListVotesNeverShowsAQuarantineAndShowsLabels) {
  ASSERT_TRUE(Import(Imported(0, 3)).ok());
  ASSERT_TRUE(Amend(OfPositions<RetractVotes>({1, 2})).ok());
  ASSERT_TRUE(Amend(OfPositions<RestoreVotes>({1})).ok());
  ASSERT_TRUE(Amend(OfLabels(7, {2})).ok());
  const auto page = List({});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(PositionsIn(page), ElementsAre(1, 2, 3, 7));
  EXPECT_EQ(page->head_position(), 7);
  EXPECT_EQ(page->next_page_token(), "7");
  const v1::VoteEntry& annotation = page->entries(3);
  EXPECT_EQ(annotation.kind(), v1::VOTE_KIND_ANNOTATION);
  EXPECT_EQ(annotation.target_position(), 2);
  EXPECT_EQ(annotation.label_version(), 7);
  EXPECT_EQ(annotation.language(), "und");
  EXPECT_EQ(annotation.new_language(), "fr");
  EXPECT_THAT(annotation.new_tags(), ElementsAre("code", "poem"));
}

// The receipt of a repeat is what the first was, whatever was said about the vote since.
TEST_F(AmendmentsTest, AReceiptNeverShowsAQuarantine) {
  const BattleView battle = AddBattle(1);
  const auto first = Cast(battle, v1::CHOICE_LEFT);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Amend(OfPositions<RetractVotes>({1})).ok());
  ASSERT_TRUE(Amend(OfLabels(1, {1})).ok());
  const auto again = Cast(battle, v1::CHOICE_LEFT);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(ReasonOf(Cast(battle, v1::CHOICE_RIGHT).status()), "ALREADY_VOTED");
}

// Callers with keys: a frontend, and an operator.
class AmendmentsScopeTest : public AmendmentsTest {
 protected:
  AmendmentsScopeTest() : AmendmentsTest(WithKeys(testing::ScratchFolder())) {}

  // Options of a service that is ready, and so has read its keys, before the folder goes.
  static Options WithKeys(const testing::ScratchFolder& folder) {
    Options options;
    options.server.api_keys_file = folder.Write(
        "keys.yaml", "- {name: web, scope: frontend, sha256: " + ToHex(Sha256("web-key")) + "}\n" +
                         "- {name: ops, scope: operator, sha256: " + ToHex(Sha256("ops-key")) +
                         "}\n");
    return options;
  }
};

TEST_F(AmendmentsScopeTest, OnlyOperatorsImportAndAmendAndOnlyTheirExportIsWhole) {
  CallAs("ops-key");
  ASSERT_TRUE(Import(Imported(0, 3)).ok());
  ASSERT_TRUE(Amend(OfPositions<RetractVotes>({1})).ok());
  ASSERT_TRUE(Amend(OfPositions<RestoreVotes>({1})).ok());
  ASSERT_TRUE(Amend(OfLabels(1, {1})).ok());
  EXPECT_THAT(PositionsIn(Export({})), ElementsAre(1, 2, 3, 4, 5, 6));

  CallAs("web-key");
  EXPECT_THAT(PositionsIn(Export({})), ElementsAre(1, 2, 3, 6));
  EXPECT_EQ(ReasonOf(Import(Imported(3, 1)).status()), "SCOPE_MISSING");
  EXPECT_EQ(Refusal(OfPositions<RetractVotes>({2})), "SCOPE_MISSING");
  EXPECT_EQ(Refusal(OfPositions<RestoreVotes>({2})), "SCOPE_MISSING");
  EXPECT_EQ(Refusal(OfLabels(1, {2})), "SCOPE_MISSING");
}

TEST_F(AmendmentsScopeTest, OnlyOperatorsSeeVotesOnModelsThatMayNotBeNamed) {
  InsertModel(admin_, {ModelId{3}, "cedar"}, false);
  v1::ImportVotesRequest votes = Imported(0, 4);
  votes.mutable_votes(1)->set_model_left("cedar");
  votes.mutable_votes(2)->set_model_right("cedar");
  CallAs("ops-key");
  ASSERT_TRUE(Import(votes).ok());
  EXPECT_THAT(PositionsIn(Export({})), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(PositionsIn(List({})), ElementsAre(1, 2, 3, 4));

  CallAs("web-key");
  EXPECT_THAT(PositionsIn(Export({})), ElementsAre(1, 4));
  EXPECT_THAT(PositionsIn(List({})), ElementsAre(1, 4));
}

class PromptCapServiceTest : public VoteIngestTest {
 protected:
  PromptCapServiceTest() : VoteIngestTest({.prompt_vote_cap = 2}) {}
};

TEST_F(PromptCapServiceTest, AVoteBeyondTheCapSaysSoWheneverItIsAskedFor) {
  for (uint64_t i = 1; i <= 2; ++i) {
    EXPECT_TRUE(Cast(AddBattle(i, "hello"), v1::CHOICE_LEFT)->rated());
  }
  const BattleView battle = AddBattle(3, "hello");
  const auto beyond = Cast(battle, v1::CHOICE_LEFT);
  ASSERT_TRUE(beyond.ok()) << beyond.status();
  EXPECT_FALSE(beyond->rated());
  EXPECT_THAT(beyond->unrated_reasons(), ElementsAre(v1::UNRATED_REASON_FREQUENT_PROMPT));
  EXPECT_EQ(beyond->models().left(), "alder");
  EXPECT_EQ(Cast(battle, v1::CHOICE_LEFT)->SerializeAsString(), beyond->SerializeAsString());
  EXPECT_TRUE(Cast(AddBattle(4, "good day"), v1::CHOICE_LEFT)->rated());
  const auto entries = Export({});
  EXPECT_FALSE(entries[2].rated());
  EXPECT_THAT(entries[2].unrated_reasons(), ElementsAre(v1::UNRATED_REASON_FREQUENT_PROMPT));
}

}  // namespace
}  // namespace arena::vote_ingest
