#include "native/server/http_server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <utility>

namespace ferrite {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kStopTime{10};
// Out of file descriptors, most likely; one session's end makes room.
constexpr std::chrono::milliseconds kAcceptPause{100};

class Server {
 public:
  Server(const HttpServerOptions& options, const Tokens& tokens,
         std::unique_ptr<ServerStore> store)
      : options_(options),
        tokens_(tokens),
        committer_(std::move(store), Committer::Limits()),
        acceptor_(context_),
        signals_(context_, SIGINT, SIGTERM),
        deadline_(context_) {}

  Result<void> Listen();
  const tcp::endpoint& endpoint() const { return endpoint_; }
  void Run();

 private:
  using Sessions = std::list<std::unique_ptr<HttpSession>>;

  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(Sessions::iterator session, bool is_full);
  asio::awaitable<void> WaitForSignals();
  void CloseAll();

  const HttpServerOptions& options_;
  const Tokens& tokens_;
  // The I/O context comes first: the committer's last answers are posted to it.
  asio::io_context context_{1};
  Committer committer_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer deadline_;
  tcp::endpoint endpoint_;
  Sessions sessions_;
};

Result<void> Server::Listen() {
  boost::system::error_code error;
  const asio::ip::address address =
      asio::ip::make_address(options_.address, error);
  if (!error) {
    endpoint_ = tcp::endpoint(address, options_.port);
    acceptor_.open(endpoint_.protocol(), error);
  }
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint_, error);
  if (!error)
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  if (!error) return {};
  return Error{ErrorCode::kInvalidArgument,
               "Cannot listen on " + options_.address + ":" +
                   std::to_string(options_.port) + ": " + error.message() + ".",
               "Give an address of this machine and a free port, or port 0.",
               ""};
}

void Server::Run() {
  asio::co_spawn(context_, Accept(), asio::detached);
  asio::co_spawn(context_, WaitForSignals(), asio::detached);
  context_.run();
}

asio::awaitable<void> Server::Accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      spdlog::warn("accept failed: {}", error.message());
      asio::steady_timer pause(context_, kAcceptPause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    const bool is_full = sessions_.size() >= options_.limits.connections;
    sessions_.push_back(MakeHttpSession(std::move(socket), options_.limits,
                                        tokens_, &committer_));
    asio::co_spawn(context_, Serve(std::prev(sessions_.end()), is_full),
                   asio::detached);
  }
}

asio::awaitable<void> Server::Serve(Sessions::iterator session, bool is_full) {
  // Nothing a client sends may end the server.
  try {
    if (is_full) {
      co_await (*session)->TurnAway();
    } else {
      co_await (*session)->Run();
    }
  } catch (const std::exception& exception) {
    spdlog::error("a session failed: {}", exception.what());
  }
  sessions_.erase(session);
  if (sessions_.empty() && !acceptor_.is_open()) {
    deadline_.cancel();
    signals_.cancel();
  }
}

asio::awaitable<void> Server::WaitForSignals() {
  auto [error, number] = co_await signals_.async_wait(kAwait);
  if (error) co_return;
  spdlog::info("stopping: {} connections", sessions_.size());
  acceptor_.close();
  for (const auto& session : sessions_) session->Stop();
  if (sessions_.empty()) co_return;
  deadline_.expires_after(kStopTime);
  deadline_.async_wait([this](boost::system::error_code waited) {
    if (!waited) CloseAll();
  });
  auto [again, second] = co_await signals_.async_wait(kAwait);
  if (!again) CloseAll();
}

void Server::CloseAll() {
  spdlog::warn("closing {} connections", sessions_.size());
  for (const auto& session : sessions_) session->Close();
}

}  // namespace

Result<void> RunHttpServer(
    const HttpServerOptions& options, const Tokens& tokens,
    std::unique_ptr<ServerStore> store,
    const std::function<Result<void>(const std::string&, uint16_t)>&
        on_listening) {
  try {
    Server server(options, tokens, std::move(store));
    if (auto listening = server.Listen(); !listening.ok()) return listening;
    auto announced = on_listening(server.endpoint().address().to_string(),
                                  server.endpoint().port());
    if (!announced.ok()) return announced;
    server.Run();
    return {};
  } catch (const std::exception& exception) {
    return Error{ErrorCode::kInternal,
                 std::string("The server failed: ") + exception.what(), "", ""};
  }
}

}  // namespace ferrite
