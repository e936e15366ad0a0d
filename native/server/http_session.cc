#include "native/server/http_session.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <string>
#include <utility>

namespace ferrite {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

using Body = http::vector_body<uint8_t>;
using Parser = http::request_parser<Body>;
using Header = http::request<Body>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr size_t kReadBytes = 64 << 10;
// A peer that was answered early may still be sending: this much is read and
// thrown away, so that it sees the answer and not a reset connection.
constexpr uint64_t kLingerBytes = uint64_t{64} << 20;
constexpr std::chrono::seconds kLingerTime{5};

struct Answer {
  PushAnswer push;
  std::string_view extra_name;  // one more header field, or empty
  std::string_view extra_value;
};

Answer Failure(int status, ErrorCode code, std::string message,
               std::string hint) {
  return {PushAnswer::Failed(status,
                             {code, std::move(message), std::move(hint), ""}),
          "", ""};
}

Answer Busy(std::string message) {
  Answer answer = Failure(503, ErrorCode::kStoreBusy, std::move(message),
                          "Try again in a moment.");
  answer.extra_name = "retry-after";
  answer.extra_value = "1";
  return answer;
}

std::string_view View(beast::string_view text) {
  return {text.data(), text.size()};
}

// The path without its query.
std::string_view PathOf(const Header& request) {
  const std::string_view target = View(request.target());
  return target.substr(0, target.find('?'));
}

std::optional<std::string> TenantOf(const Header& request,
                                    const Tokens& tokens) {
  const beast::string_view field = request[http::field::authorization];
  constexpr size_t kScheme = 7;  // "Bearer "
  if (field.size() <= kScheme ||
      !beast::iequals(field.substr(0, kScheme), "bearer ")) {
    return std::nullopt;
  }
  return tokens.FindTenant(View(field.substr(kScheme)));
}

// Waits for the committer's answer without blocking the I/O thread.
template <typename Token>
auto AsyncCommit(Committer* committer, std::string tenant, ByteBuffer body,
                 Token&& token) {
  return asio::async_initiate<Token, void(std::optional<PushAnswer>)>(
      [committer](auto handler, std::string who, ByteBuffer what) {
        auto executor = asio::get_associated_executor(handler);
        // std::function copies; a handler only moves.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto work = asio::make_work_guard(executor);
        auto answer = [shared, work](std::optional<PushAnswer> given) {
          asio::post(work.get_executor(), [shared, given]() mutable {
            std::move (*shared)(std::move(given));
          });
        };
        if (!committer->Submit(std::move(who), std::move(what), answer)) {
          answer(std::nullopt);
        }
      },
      token, std::move(tenant), std::move(body));
}

class Session : public HttpSession {
 public:
  Session(tcp::socket socket, const HttpLimits& limits, const Tokens& tokens,
          Committer* committer)
      : stream_(std::move(socket)),
        limits_(limits),
        tokens_(tokens),
        committer_(committer) {}

  asio::awaitable<void> Run() override;
  asio::awaitable<void> TurnAway() override;

  void Stop() override {
    stopping_ = true;
    if (idle_) stream_.cancel();
  }
  void Close() override { stream_.close(); }

 private:
  // False when the connection is over.
  asio::awaitable<bool> HandleRequest();
  // The answer that needs no body: a refusal, or health.
  std::optional<Answer> AnswerHeader(const Header& request);
  asio::awaitable<bool> ReadBody(Parser* parser, bool* too_large);
  asio::awaitable<Answer> Push(std::string tenant, ByteBuffer body);
  asio::awaitable<bool> Write(const Answer& answer, bool keep_alive);
  asio::awaitable<void> Linger();

  beast::tcp_stream stream_;
  const HttpLimits& limits_;
  const Tokens& tokens_;
  Committer* committer_;
  beast::flat_buffer buffer_;
  std::optional<std::string> tenant_;
  bool idle_ = false;
  bool stopping_ = false;
};

asio::awaitable<void> Session::Run() {
  boost::system::error_code ignored;
  // Answers are small and must not wait for more.
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  while (!stopping_) {
    const bool more = co_await HandleRequest();
    if (!more) break;
  }
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> Session::TurnAway() {
  const bool written = co_await Write(
      Busy("The server has as many connections as it may have."), false);
  if (written) co_await Linger();
}

std::optional<Answer> Session::AnswerHeader(const Header& request) {
  const std::string_view path = PathOf(request);
  if (path == "/v1/health") {
    if (request.method() == http::verb::get) {
      return Answer{
          {200, "{\"status\":\"ok\",\"version\":\"" FERRITE_VERSION "\"}"},
          "cache-control",
          "no-store"};
    }
  } else if (path != "/v1/push") {
    return Failure(404, ErrorCode::kInvalidArgument,
                   "There is nothing at this address.",
                   "The server has POST /v1/push and GET /v1/health.");
  } else if (request.method() == http::verb::post) {
    tenant_ = TenantOf(request, tokens_);
    if (!tenant_) {
      Answer answer =
          Failure(401, ErrorCode::kUnauthorized,
                  "The server does not know this bearer token.",
                  "Send authorization: Bearer TOKEN with a token of the "
                  "server's list.");
      answer.extra_name = "www-authenticate";
      answer.extra_value = "Bearer";
      return answer;
    }
    if (!request[http::field::content_type].starts_with("application/cbor")) {
      return Failure(415, ErrorCode::kInvalidArgument,
                     "A push has the content type application/cbor.",
                     "core/doc/sync-protocol.md describes it.");
    }
    return std::nullopt;
  }
  Answer answer = Failure(405, ErrorCode::kInvalidArgument,
                          "The address does not take this method.", "");
  answer.extra_name = "allow";
  answer.extra_value = path == "/v1/push" ? "POST" : "GET";
  return answer;
}

asio::awaitable<bool> Session::HandleRequest() {
  Parser parser;
  parser.header_limit(limits_.header_bytes);
  parser.body_limit(boost::none);  // set when it is known whose body it is
  stream_.expires_after(limits_.idle);
  idle_ = true;
  auto [error, size] =
      co_await http::async_read_header(stream_, buffer_, parser, kAwait);
  idle_ = false;
  if (error == http::error::header_limit) {
    co_await Write(Failure(431, ErrorCode::kTooLarge,
                           "The request's header is over the limit.", ""),
                   false);
    co_await Linger();
    co_return false;
  }
  if (error) {
    const bool is_http = error.category() ==
                         beast::error_code(http::error::bad_method).category();
    if (is_http && error != http::error::end_of_stream &&
        error != http::error::partial_message) {
      co_await Write(Failure(400, ErrorCode::kInvalidArgument,
                             "The request is not HTTP/1.1.", ""),
                     false);
      co_await Linger();
    }
    co_return false;
  }

  const Header& request = parser.get();
  const bool keep_alive = request.keep_alive();
  std::optional<Answer> early = AnswerHeader(request);
  bool too_large = parser.content_length().value_or(0) > limits_.body_bytes;
  if (!early && !too_large) {
    const bool read = co_await ReadBody(&parser, &too_large);
    if (!read && !too_large) co_return false;
  }
  if (!early && too_large) {
    early = Failure(413, ErrorCode::kTooLarge,
                    "The push is over the server's limit of " +
                        std::to_string(limits_.body_bytes) + " bytes.",
                    "Raise it with ferrite serve --max-body.");
  }
  if (!early) {
    std::string tenant = *tenant_;
    ByteBuffer body = std::move(parser.get().body());
    const Answer answer = co_await Push(std::move(tenant), std::move(body));
    co_return co_await Write(answer, keep_alive);
  }
  // An unread body stands between this request and the next one.
  const bool whole =
      parser.content_length().value_or(0) == 0 && !request.chunked();
  const bool more = co_await Write(*early, keep_alive && whole);
  if (!whole) co_await Linger();
  co_return more;
}

asio::awaitable<bool> Session::ReadBody(Parser* parser, bool* too_large) {
  parser->body_limit(limits_.body_bytes);
  if (beast::iequals(parser->get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go(http::status::continue_, 11);
    stream_.expires_after(limits_.stall);
    auto [error, size] = co_await http::async_write(stream_, go, kAwait);
    if (error) co_return false;
  }
  const auto deadline = std::chrono::steady_clock::now() + limits_.body;
  while (!parser->is_done()) {
    if (std::chrono::steady_clock::now() > deadline) co_return false;
    stream_.expires_after(limits_.stall);
    auto [error, size] =
        co_await http::async_read_some(stream_, buffer_, *parser, kAwait);
    if (error) {
      *too_large = error == http::error::body_limit;
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<Answer> Session::Push(std::string tenant, ByteBuffer body) {
  const auto begin = std::chrono::steady_clock::now();
  const size_t bytes = body.size();
  std::optional<PushAnswer> given = co_await AsyncCommit(
      committer_, tenant, std::move(body), asio::use_awaitable);
  if (!given) {
    spdlog::warn("push tenant={} bytes={} turned away: too much waits", tenant,
                 bytes);
    co_return Busy("Too many pushes wait for the store.");
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  spdlog::log(given->status == 200 ? spdlog::level::debug : spdlog::level::warn,
              "push tenant={} bytes={} status={} ms={} {}", tenant, bytes,
              given->status, took.count(), given->body);
  co_return Answer{std::move(*given), "", ""};
}

asio::awaitable<bool> Session::Write(const Answer& answer, bool keep_alive) {
  http::response<http::string_body> response(
      static_cast<http::status>(answer.push.status), 11);
  response.set(http::field::server, "ferrite/" FERRITE_VERSION);
  response.set(http::field::content_type, "application/json");
  if (!answer.extra_name.empty()) {
    response.set(
        beast::string_view(answer.extra_name.data(), answer.extra_name.size()),
        beast::string_view(answer.extra_value.data(),
                           answer.extra_value.size()));
  }
  response.keep_alive(keep_alive && !stopping_);
  response.body() = answer.push.body;
  response.prepare_payload();
  stream_.expires_after(limits_.stall);
  auto [error, size] = co_await http::async_write(stream_, response, kAwait);
  co_return !error && response.keep_alive();
}

asio::awaitable<void> Session::Linger() {
  boost::system::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  uint64_t read = 0;
  while (read < kLingerBytes) {
    buffer_.clear();
    auto [error, size] =
        co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kAwait);
    if (error) break;
    read += size;
  }
}

}  // namespace

std::unique_ptr<HttpSession> MakeHttpSession(tcp::socket socket,
                                             const HttpLimits& limits,
                                             const Tokens& tokens,
                                             Committer* committer) {
  return std::make_unique<Session>(std::move(socket), limits, tokens,
                                   committer);
}

}  // namespace ferrite
