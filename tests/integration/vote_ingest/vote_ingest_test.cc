// vote-ingest as its callers meet it: a real server on a real database.
#include "tests/integration/vote_ingest/vote_ingest_test.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_replace.h"
#include "common/base/errors.h"
#include "common/base/keyed_hash.h"
#include "common/base/limits.h"
#include "tests/support/eventually.h"
#include "tests/support/slow_reader_channel.h"

namespace arena::vote_ingest {
namespace {

TEST_F(VoteIngestTest, AVoteIsAnsweredWithItsPositionAndTheNames) {
  const auto receipt = Cast(AddBattle(1), v1::CHOICE_RIGHT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->position(), 1);
  EXPECT_TRUE(receipt->rated());
  EXPECT_EQ(receipt->models().left(), "alder");
  EXPECT_EQ(receipt->models().right(), "birch");
}

TEST_F(VoteIngestTest, ARepeatGetsTheSameReceiptAndAnotherChoiceThePosition) {
  const BattleView battle = AddBattle(1);
  const auto first = Cast(battle, v1::CHOICE_TIE);
  const auto again = Cast(battle, v1::CHOICE_TIE);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  const auto other = Cast(battle, v1::CHOICE_LEFT);
  EXPECT_EQ(ReasonOf(other.status()), "ALREADY_VOTED");
  EXPECT_EQ(DetailsOf(other.status())->metadata.at("position"), "1");
}

TEST_F(VoteIngestTest, BadRequestsNameTheirField) {
  BattleView nowhere;
  EXPECT_EQ(DetailsOf(Cast(nowhere, v1::CHOICE_LEFT).status())->metadata.at("field"), "battle_id");
  const BattleView battle = AddBattle(1);
  EXPECT_EQ(DetailsOf(Cast(battle, v1::CHOICE_UNSPECIFIED).status())->metadata.at("field"),
            "choice");
  EXPECT_EQ(DetailsOf(Cast(battle, static_cast<v1::Choice>(9)).status())->metadata.at("field"),
            "choice");
  EXPECT_EQ(DetailsOf(Cast(battle, v1::CHOICE_LEFT, 0).status())->metadata.at("field"), "turn");
  constexpr int kLast = limits::kTurnsPerBattle;
  EXPECT_EQ(ReasonOf(Cast(battle, v1::CHOICE_LEFT, kLast).status()), "TURN_UNKNOWN");
  EXPECT_EQ(DetailsOf(Cast(battle, v1::CHOICE_LEFT, kLast + 1).status())->metadata.at("field"),
            "turn");
  EXPECT_EQ(ReasonOf(Cast(ReadyBattle(99), v1::CHOICE_LEFT).status()), "BATTLE_NOT_FOUND");
}

TEST_F(VoteIngestTest, ABattleOfAnotherFrontendIsNotFound) {
  BattleView battle = ReadyBattle(5);
  battle.frontend = "somebody-else";
  battle.expire_time = absl::Now() + absl::Hours(1);
  InsertBattle(admin_, battle);
  EXPECT_EQ(ReasonOf(Cast(battle, v1::CHOICE_LEFT).status()), "BATTLE_NOT_FOUND");
}

// PostgreSQL says so with this SQLSTATE when it cannot extend a table.
TEST_F(VoteIngestTest, AVoteOnAFullDiskIsNotAcknowledgedAndMayBeCastAgain) {
  const BattleView battle = AddBattle(1);
  const auto execute = [&](const std::string& sql) {
    return admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
      session.exec(sql);
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(
      execute("create function arena.disk_is_full() returns trigger language plpgsql as $$ "
              "begin raise exception 'could not extend file' using errcode = '53100'; end $$; "
              "create trigger disk_is_full before insert on arena.vote_log "
              "execute function arena.disk_is_full()")
          .ok());
  const auto refused = Cast(battle, v1::CHOICE_LEFT);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused.status()), "STORAGE_UNAVAILABLE");
  EXPECT_TRUE(Export({}).empty());

  ASSERT_TRUE(execute("drop function arena.disk_is_full cascade").ok());
  const auto receipt = Cast(battle, v1::CHOICE_LEFT);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->position(), 1);
}

TEST_F(VoteIngestTest, ManyCallersAtOnceLeaveAGaplessLog) {
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  std::vector<BattleView> battles;
  for (uint64_t i = 0; i < kThreads * kEach; ++i) battles.push_back(AddBattle(i + 1));
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; i < battles.size(); i += kThreads) {
        EXPECT_TRUE(Cast(battles[i], v1::CHOICE_LEFT).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto entries = Export({});
  ASSERT_EQ(entries.size(), battles.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].position(), static_cast<int64_t>(i) + 1);
  }
}

TEST_F(VoteIngestTest, TheLogNeverShowsABattlesId) {
  const BattleView battle = AddBattle(1);
  ASSERT_TRUE(Cast(battle, v1::CHOICE_LEFT).ok());
  const auto entries = Export({});
  ASSERT_EQ(entries.size(), 1u);
  const std::string id = battle.id.ToString();
  EXPECT_EQ(entries[0].vote_id(), KeyedPseudonym(kVoterKey, "vote:" + id + ":1"));
  for (const std::string& form : {id, absl::StrReplaceAll(id, {{"-", ""}})}) {
    EXPECT_EQ(entries[0].DebugString().find(form), std::string::npos) << form;
  }
}

TEST_F(VoteIngestTest, AnImportIsAppendedOnceHoweverOftenItRuns) {
  const auto first = Import(Imported(0, 10));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->appended_count(), 10);
  const auto overlapping = Import(Imported(5, 10));
  EXPECT_EQ(overlapping->appended_count(), 5);
  EXPECT_EQ(overlapping->repeated_count(), 5);
  EXPECT_EQ(overlapping->head_position(), 15);
  EXPECT_EQ(Export({}).size(), 15u);
}

struct BadImport {
  std::string name;
  void (*change)(v1::ImportVotesRequest&);
  std::string reason;
};

TEST_F(VoteIngestTest, ABadImportNamesItsVoteAndAppendsNothing) {
  const std::vector<BadImport> cases = {
      {"self-battle", [](auto& r) { r.mutable_votes(3)->set_model_right("alder"); },
       "VOTE_INVALID"},
      {"no winner", [](auto& r) { r.mutable_votes(3)->clear_choice(); }, "VOTE_INVALID"},
      {"empty model", [](auto& r) { r.mutable_votes(3)->clear_model_left(); }, "VOTE_INVALID"},
      {"negative index", [](auto& r) { r.mutable_votes(3)->set_index(-1); }, "VOTE_INVALID"},
      {"index twice", [](auto& r) { r.mutable_votes(3)->set_index(2); }, "VOTE_INVALID"},
      {"long voter", [](auto& r) { r.mutable_votes(3)->set_voter(std::string(129, 'v')); },
       "VOTE_INVALID"},
      {"NUL in a model",
       [](auto& r) { r.mutable_votes(3)->set_model_left(std::string("a\0b", 3)); }, "VOTE_INVALID"},
      {"NUL in a language",
       [](auto& r) { r.mutable_votes(3)->set_language(std::string("e\0", 2)); }, "VOTE_INVALID"},
      {"unknown model", [](auto& r) { r.mutable_votes(3)->set_model_left("nobody"); },
       "MODEL_NOT_FOUND"},
      {"source", [](auto& r) { r.set_source("no spaces please"); }, "FIELD_INVALID"},
      {"no votes", [](auto& r) { r.clear_votes(); }, "FIELD_INVALID"},
  };
  for (const BadImport& bad : cases) {
    v1::ImportVotesRequest request = Imported(0, 5);
    bad.change(request);
    const auto response = Import(request);
    EXPECT_EQ(ReasonOf(response.status()), bad.reason) << bad.name;
    if (bad.reason == "VOTE_INVALID") {
      EXPECT_EQ(DetailsOf(response.status())->metadata.at("index"), "3") << bad.name;
    }
  }
  EXPECT_EQ(ReasonOf(Import(Imported(0, limits::kImportBatchVotes + 1)).status()), "FIELD_INVALID");
  EXPECT_TRUE(Export({}).empty());
}

TEST_F(VoteIngestTest, APageWithoutASizeHoldsAThousandVotes) {
  ASSERT_TRUE(Import(Imported(0, 600)).ok());
  ASSERT_TRUE(Import(Imported(600, limits::kDefaultPageVotes - 599)).ok());
  v1::ListVotesRequest request;
  const auto first = List(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->entries_size(), limits::kDefaultPageVotes);
  request.set_page_token(first->next_page_token());
  const auto second = List(request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->entries_size(), 1);
}

TEST_F(VoteIngestTest, ListingGoesOnWhereThePageEnded) {
  ASSERT_TRUE(Import(Imported(0, 25)).ok());
  v1::ListVotesRequest request;
  request.set_page_size(10);
  std::vector<int64_t> positions;
  while (positions.size() < 25) {
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_FALSE(page->entries().empty());
    for (const auto& entry : page->entries()) positions.push_back(entry.position());
    EXPECT_EQ(page->head_position(), 25);
    request.set_page_token(page->next_page_token());
  }
  EXPECT_EQ(positions.back(), 25);
  // A reader that went on from beyond the head would miss what is appended below.
  for (const char* token : {"x", "-1", "26"}) {
    request.set_page_token(token);
    EXPECT_EQ(DetailsOf(List(request).status())->metadata.at("field"), "page_token") << token;
  }
}

TEST_F(VoteIngestTest, ThePageOfMostVotesFitsAMessageAndOneVoteMoreIsRefused) {
  for (int first = 0; first < limits::kMaxPageVotes; first += limits::kImportBatchVotes) {
    ASSERT_TRUE(Import(Imported(first, limits::kImportBatchVotes)).ok());
  }
  v1::ListVotesRequest request;
  request.set_page_size(limits::kMaxPageVotes);
  const auto page = List(request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries_size(), limits::kMaxPageVotes);
  // Names as long as they may be would fit as well.
  const size_t longest_names = 2 * (limits::kModelNameBytes - std::string("alder").size());
  EXPECT_LT(page->ByteSizeLong() + limits::kMaxPageVotes * longest_names,
            static_cast<size_t>(limits::kMessageBytes));
  request.set_page_size(limits::kMaxPageVotes + 1);
  EXPECT_EQ(ReasonOf(List(request).status()), "FIELD_INVALID");
  EXPECT_EQ(LimitOf(List(request).status()), "kMaxPageVotes");
}

class ExportPlacesTest : public VoteIngestTest {
 protected:
  ExportPlacesTest() : VoteIngestTest({.max_exports = 1}) {}
};

TEST_F(ExportPlacesTest, OneMoreThanThereArePlacesIsRefusedAndRoomComesBack) {
  for (int first = 0; first < 5'000; first += 1'000) {
    ASSERT_TRUE(Import(Imported(first, 1'000)).ok());
  }
  const auto slow = v1::VoteService::NewStub(testing::SlowReaderChannel(service_->address()));
  grpc::ClientContext unread_context;
  const auto unread = slow->ExportVotes(&unread_context, {});
  v1::ExportVotesResponse batch;
  ASSERT_TRUE(unread->Read(&batch));

  const auto export_all = [&] {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(20));
    const auto stream = votes_->ExportVotes(&context, {});
    while (stream->Read(&batch)) continue;
    return rpc::FromGrpcStatus(stream->Finish());
  };
  EXPECT_EQ(LimitOf(export_all()), "kExports");
  unread_context.TryCancel();
  EXPECT_TRUE(testing::Eventually([&] { return export_all().ok(); }));
}

TEST_F(VoteIngestTest, AnExportOfManyBatchesIsWhole) {
  for (int first = 0; first < 5'000; first += 1'000) {
    ASSERT_TRUE(Import(Imported(first, 1'000)).ok());
  }
  EXPECT_EQ(Export({}).size(), 5'000u);
  v1::ExportVotesRequest part;
  part.set_start_position(1'500);
  part.set_end_position(3'499);
  const auto entries = Export(part);
  ASSERT_EQ(entries.size(), 2'000u);
  EXPECT_EQ(entries.front().position(), 1'500);
  EXPECT_EQ(entries.back().position(), 3'499);
}

}  // namespace
}  // namespace arena::vote_ingest
