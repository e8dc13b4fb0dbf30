#include "tests/e2e/eavesdropper.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "tests/e2e/arena_client.h"
#include "tools/demo-models/questions/profiles.h"

namespace arena::testing {

std::vector<std::string> TellingWords(const ArenaCluster& cluster,
                                      const std::vector<std::string>& but) {
  std::vector<std::string> words = {std::string(demo::kProvider), cluster.demo_address()};
  for (const demo::Profile& profile : demo::kProfiles) {
    if (std::find(but.begin(), but.end(), profile.name) != but.end()) continue;
    words.emplace_back(profile.name);
    words.emplace_back(profile.organization);
    // "juniper-large" is of the family "juniper".
    words.emplace_back(profile.name.substr(0, profile.name.find('-')));
  }
  for (std::string& word : words) absl::AsciiStrToLower(&word);
  return words;
}

std::vector<std::string> WordsIn(const std::string& text, const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const std::string& word : words) {
    if (text.find(word) != std::string::npos) found.push_back(word);
  }
  return found;
}

Eavesdropper::Eavesdropper(const ArenaCluster& cluster)
    : matchmaker(v1::MatchmakerService::NewStub(ChannelTo(cluster, "matchmaker"))),
      gateway(v1::ModelGatewayService::NewStub(ChannelTo(cluster, "model-gateway"))),
      votes(v1::VoteService::NewStub(ChannelTo(cluster, "vote-ingest"))),
      leaderboards(v1::LeaderboardService::NewStub(ChannelTo(cluster, "rating"))) {
  for (const char* service : kServices) {
    channels_.push_back(ChannelTo(cluster, service));
  }
}

std::string Eavesdropper::CreateBattle(const v1::CreateBattleRequest& request) {
  v1::CreateBattleResponse response;
  const grpc::Status status =
      Call(*matchmaker, &v1::MatchmakerService::Stub::CreateBattle, request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.battle().battle_id();
}

grpc::Status Eavesdropper::Stream(
    const v1::StreamRepliesRequest& request,
    const std::function<void(const v1::StreamRepliesResponse&)>& on_event) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(60));
  const auto reader = gateway->StreamReplies(&context, request);
  std::string bytes;
  v1::StreamRepliesResponse event;
  while (reader->Read(&event)) {
    bytes += event.SerializeAsString();
    texts_[event.side() == v1::SIDE_RIGHT ? 1 : 0] += event.delta().text();
    if (on_event) on_event(event);
  }
  const grpc::Status status = reader->Finish();
  Keep(context, status, bytes);
  return status;
}

grpc::Status Eavesdropper::Stop(const std::string& battle_id, v1::Side side) {
  v1::StopRepliesRequest stop;
  stop.set_battle_id(battle_id);
  stop.set_turn(1);
  stop.set_side(side);
  v1::StopRepliesResponse stopped;
  return Call(*gateway, &v1::ModelGatewayService::Stub::StopReplies, stop, stopped);
}

v1::Battle Eavesdropper::GetBattle(const std::string& battle_id) {
  v1::GetBattleRequest get;
  get.set_battle_id(battle_id);
  v1::GetBattleResponse response;
  EXPECT_TRUE(Call(*matchmaker, &v1::MatchmakerService::Stub::GetBattle, get, response).ok());
  return response.battle();
}

v1::GetConversationResponse Eavesdropper::GetConversation(const std::string& battle_id) {
  v1::GetConversationRequest read;
  read.set_battle_id(battle_id);
  v1::GetConversationResponse response;
  EXPECT_TRUE(Call(*gateway, &v1::ModelGatewayService::Stub::GetConversation, read, response).ok());
  return response;
}

void Eavesdropper::AskAround(const std::string& battle_id) {
  GetBattle(battle_id);
  GetConversation(battle_id);
  v1::StopRepliesRequest stop;
  stop.set_battle_id(battle_id);
  stop.set_turn(7);
  v1::StopRepliesResponse stopped;
  EXPECT_FALSE(Call(*gateway, &v1::ModelGatewayService::Stub::StopReplies, stop, stopped).ok());
  v1::CastVoteRequest early;
  early.set_battle_id(battle_id);
  early.set_turn(7);
  early.set_choice(v1::CHOICE_TIE);
  v1::CastVoteResponse receipt;
  EXPECT_FALSE(Call(*votes, &v1::VoteService::Stub::CastVote, early, receipt).ok());
  v1::ListVotesResponse log;
  EXPECT_TRUE(Call(*votes, &v1::VoteService::Stub::ListVotes, v1::ListVotesRequest(), log).ok());
  AskHealth();
}

std::string Eavesdropper::PublicAnswers() {
  std::string all;
  // Without the details of errors: their metadata is a map, whose order varies.
  const auto add = [&](const grpc::Status& status, const auto& response) {
    all += status.error_message() + response.SerializeAsString();
  };
  v1::ListVotesResponse log;
  add(Call(*votes, &v1::VoteService::Stub::ListVotes, v1::ListVotesRequest(), log), log);
  v1::ListModelsResponse models;
  add(Call(*matchmaker, &v1::MatchmakerService::Stub::ListModels, v1::ListModelsRequest(), models),
      models);
  using Boards = v1::LeaderboardService::Stub;
  v1::GetLeaderboardResponse board;
  add(Call(*leaderboards, &Boards::GetLeaderboard, v1::GetLeaderboardRequest(), board), board);
  v1::GetPairStatisticsResponse pairs;
  add(Call(*leaderboards, &Boards::GetPairStatistics, v1::GetPairStatisticsRequest(), pairs),
      pairs);
  v1::GetVoteStatisticsResponse statistics;
  add(Call(*leaderboards, &Boards::GetVoteStatistics, v1::GetVoteStatisticsRequest(), statistics),
      statistics);
  v1::ListSnapshotsResponse snapshots;
  add(Call(*leaderboards, &Boards::ListSnapshots, v1::ListSnapshotsRequest(), snapshots),
      snapshots);
  v1::GetRatingHistoryRequest all_models;
  for (const demo::Profile& profile : demo::kProfiles) {
    all_models.add_models(std::string(profile.name));
  }
  v1::GetRatingHistoryResponse history;
  add(Call(*leaderboards, &Boards::GetRatingHistory, all_models, history), history);
  v1::ListCategoriesResponse categories;
  add(Call(*leaderboards, &Boards::ListCategories, v1::ListCategoriesRequest(), categories),
      categories);
  v1::PredictWinRateRequest two;
  two.set_model_a(all_models.models(0));
  two.set_model_b(all_models.models(1));
  v1::PredictWinRateResponse prediction;
  add(Call(*leaderboards, &Boards::PredictWinRate, two, prediction), prediction);
  return all;
}

void Eavesdropper::AskHealth() {
  for (const auto& channel : channels_) {
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(30));
    grpc::CompletionQueue queue;
    const grpc::Slice nothing;
    const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                                            grpc::ByteBuffer(&nothing, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool is_ok = false;
    queue.Next(&tag, &is_ok);
    grpc::Slice bytes;
    EXPECT_TRUE(answer.DumpToSingleSlice(&bytes).ok());
    Keep(context, status, {reinterpret_cast<const char*>(bytes.begin()), bytes.size()});
  }
}

void Eavesdropper::Keep(const grpc::ClientContext& context, const grpc::Status& status,
                        const std::string& bytes) {
  heard_ += bytes + status.error_message() + status.error_details();
  // What gRPC itself adds, for the details of an error, and nothing beyond.
  EXPECT_TRUE(context.GetServerInitialMetadata().empty());
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    EXPECT_EQ(key, "grpc-status-details-bin");
    EXPECT_EQ(value, status.error_details());
  }
  absl::AsciiStrToLower(&heard_);
}

}  // namespace arena::testing
