#include <curl/curl.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/rpc/channel.h"
#include "tests/support/arena_cluster.h"
#include "tools/demo-models/questions/profiles.h"

namespace arena::testing {
namespace {

std::shared_ptr<grpc::Channel> ChannelTo(const ArenaCluster& cluster, const std::string& service) {
  return *rpc::MakeChannel({.address = cluster.address(service)});
}

std::string NewRequestId() {
  static SecureRandom random;
  return Uuid::MakeVersion7(absl::Now(), random).ToString();
}

// Everything that could give a model away, in lower case.
std::vector<std::string> TellingWords(const ArenaCluster& cluster) {
  std::vector<std::string> words = {std::string(demo::kProvider), cluster.demo_address()};
  for (const demo::Profile& profile : demo::kProfiles) {
    words.emplace_back(profile.name);
    words.emplace_back(profile.organization);
    // "juniper-large" is of the family "juniper".
    words.emplace_back(profile.name.substr(0, profile.name.find('-')));
  }
  for (std::string& word : words) absl::AsciiStrToLower(&word);
  return words;
}

// A client that keeps every byte it is sent before the vote: messages, headers, trailers, errors.
class Eavesdropper {
 public:
  explicit Eavesdropper(const ArenaCluster& cluster)
      : matchmaker(ChannelTo(cluster, "matchmaker")),
        gateway(ChannelTo(cluster, "model-gateway")),
        votes(ChannelTo(cluster, "vote-ingest")) {}

  // Makes a unary call; remembers what came back.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(30));
    const grpc::Status status = (stub.*method)(&context, request, &response);
    Keep(context, status, response.SerializeAsString());
    return status;
  }

  // Streams one turn to its end.
  grpc::Status Stream(const v1::StreamRepliesRequest& request) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(30));
    const auto reader = gateway.StreamReplies(&context, request);
    std::string bytes;
    v1::StreamRepliesResponse event;
    while (reader->Read(&event)) {
      bytes += event.SerializeAsString();
      texts[event.side() == v1::SIDE_RIGHT ? 1 : 0] += event.delta().text();
    }
    const grpc::Status status = reader->Finish();
    Keep(context, status, bytes);
    return status;
  }

  v1::MatchmakerService::Stub matchmaker;
  v1::ModelGatewayService::Stub gateway;
  v1::VoteService::Stub votes;
  // The replies, left first.
  std::string texts[2];
  // In lower case.
  std::string heard;

 private:
  void Keep(const grpc::ClientContext& context, const grpc::Status& status,
            const std::string& bytes) {
    heard += bytes + status.error_message() + status.error_details();
    for (const auto* metadata :
         {&context.GetServerInitialMetadata(), &context.GetServerTrailingMetadata()}) {
      for (const auto& [key, value] : *metadata) {
        heard += std::string(key.data(), key.size()) + std::string(value.data(), value.size());
      }
    }
    absl::AsciiStrToLower(&heard);
  }
};

size_t Discard(char*, size_t size, size_t count, void*) { return size * count; }

// The next requests of every model fail like this.
bool ArmForAllModels(const ArenaCluster& cluster, const std::string& fault) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  const std::string url = "http://" + cluster.demo_address() + "/faults";
  for (const demo::Profile& profile : demo::kProfiles) {
    const std::string body =
        nlohmann::json{{"model", profile.name}, {"fault", fault}, {"times", 4}}.dump();
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Discard);
    if (curl_easy_perform(curl.get()) != CURLE_OK) return false;
  }
  return true;
}

std::vector<std::string> WordsIn(const std::string& text, const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const std::string& word : words) {
    if (text.find(word) != std::string::npos) found.push_back(word);
  }
  return found;
}

class BlindnessJourney : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = ArenaCluster::Start({.demo_flags = {"--faults"}});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    client_ = std::make_unique<Eavesdropper>(*cluster_);
  }

  std::string CreateBattle() {
    v1::CreateBattleRequest request;
    request.set_request_id(NewRequestId());
    request.set_mode(v1::BATTLE_MODE_ANONYMOUS);
    v1::CreateBattleResponse response;
    const grpc::Status status = client_->Call(
        client_->matchmaker, &v1::MatchmakerService::Stub::CreateBattle, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.battle().battle_id();
  }

  grpc::Status Say(const std::string& battle_id, const std::string& prompt) {
    v1::StreamRepliesRequest request;
    request.set_battle_id(battle_id);
    request.set_request_id(NewRequestId());
    request.set_prompt(prompt);
    return client_->Stream(request);
  }

  bool HasBrokenSide(const std::string& battle_id) {
    v1::GetConversationRequest read;
    read.set_battle_id(battle_id);
    v1::GetConversationResponse conversation;
    (void)client_->Call(client_->gateway, &v1::ModelGatewayService::Stub::GetConversation, read,
                        conversation);
    return conversation.turns_size() == 1 &&
           (conversation.turns(0).left().end() != v1::SIDE_END_COMPLETE ||
            conversation.turns(0).right().end() != v1::SIDE_END_COMPLETE);
  }

  // Every call that a curious client can make about a battle before it votes, the refused ones too.
  void AskAround(const std::string& battle_id) {
    v1::GetBattleRequest get;
    get.set_battle_id(battle_id);
    v1::GetBattleResponse battle;
    EXPECT_TRUE(
        client_->Call(client_->matchmaker, &v1::MatchmakerService::Stub::GetBattle, get, battle)
            .ok());
    EXPECT_FALSE(battle.battle().has_models());
    v1::GetConversationRequest read;
    read.set_battle_id(battle_id);
    v1::GetConversationResponse conversation;
    EXPECT_TRUE(client_
                    ->Call(client_->gateway, &v1::ModelGatewayService::Stub::GetConversation, read,
                           conversation)
                    .ok());
    EXPECT_FALSE(conversation.has_models());
    v1::StopRepliesRequest stop;
    stop.set_battle_id(battle_id);
    stop.set_turn(7);
    v1::StopRepliesResponse stopped;
    EXPECT_FALSE(
        client_->Call(client_->gateway, &v1::ModelGatewayService::Stub::StopReplies, stop, stopped)
            .ok());
    v1::CastVoteRequest early;
    early.set_battle_id(battle_id);
    early.set_turn(7);
    early.set_choice(v1::CHOICE_TIE);
    v1::CastVoteResponse receipt;
    EXPECT_FALSE(
        client_->Call(client_->votes, &v1::VoteService::Stub::CastVote, early, receipt).ok());
    v1::ListVotesResponse log;
    EXPECT_TRUE(
        client_
            ->Call(client_->votes, &v1::VoteService::Stub::ListVotes, v1::ListVotesRequest(), log)
            .ok());
    EXPECT_EQ(log.entries_size(), 0);
  }

  std::unique_ptr<ArenaCluster> cluster_;
  std::unique_ptr<Eavesdropper> client_;
};

TEST_F(BlindnessJourney, NothingBeforeTheVoteNamesAModelAndTheReceiptNamesBoth) {
  const std::string battle_id = CreateBattle();
  AskAround(battle_id);
  ASSERT_TRUE(Say(battle_id, "What is 17 + 26?").ok());
  EXPECT_FALSE(client_->texts[0].empty());
  EXPECT_FALSE(client_->texts[1].empty());
  ASSERT_TRUE(Say(battle_id, "What is the capital of France?").ok());
  AskAround(battle_id);
  EXPECT_EQ(WordsIn(client_->heard, TellingWords(*cluster_)), std::vector<std::string>());

  v1::CastVoteRequest vote;
  vote.set_battle_id(battle_id);
  vote.set_turn(2);
  vote.set_choice(v1::CHOICE_LEFT);
  v1::CastVoteResponse receipt;
  const grpc::Status status =
      client_->Call(client_->votes, &v1::VoteService::Stub::CastVote, vote, receipt);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_NE(demo::FindProfile(receipt.models().left()), nullptr);
  EXPECT_NE(demo::FindProfile(receipt.models().right()), nullptr);
  EXPECT_NE(receipt.models().left(), receipt.models().right());
  // The words are those by which a leak would be found.
  EXPECT_GE(WordsIn(client_->heard, TellingWords(*cluster_)).size(), 2u);
}

// Failures are where names leak: what the provider says about its error holds model and address.
TEST_F(BlindnessJourney, AFailingProviderGivesNothingAway) {
  for (const std::string fault : {"http=500", "error-after=1", "not-json", "cut-after=1"}) {
    SCOPED_TRACE(fault);
    ASSERT_TRUE(ArmForAllModels(*cluster_, fault));
    const std::string battle_id = CreateBattle();
    (void)Say(battle_id, "What is 17 + 26?");
    EXPECT_TRUE(HasBrokenSide(battle_id)) << "the fault must show";
    AskAround(battle_id);
    EXPECT_EQ(WordsIn(client_->heard, TellingWords(*cluster_)), std::vector<std::string>());
  }
}

}  // namespace
}  // namespace arena::testing
