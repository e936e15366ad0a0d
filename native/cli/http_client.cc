#include "native/cli/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <functional>
#include <utility>

namespace ferrite {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr uint64_t kAnswerLimit = 1 << 20;

struct Url {
  std::string host;
  std::string port = "80";
  std::string prefix;
  // As the Host header has it.
  std::string authority;
};

Error BadUrl(const std::string& text, const std::string& hint) {
  return {ErrorCode::kInvalidArgument,
          "The server's address \"" + text + "\" is not usable.", hint, ""};
}

Result<Url> ParseUrl(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  if (text.rfind("https://", 0) == 0) {
    return BadUrl(text,
                  "This version speaks plain HTTP only; let a proxy on this "
                  "machine add TLS, or use a tunnel.");
  }
  if (text.rfind(kScheme, 0) != 0) {
    return BadUrl(text, "Write http://host:port.");
  }
  const size_t slash = std::min(text.find('/', kScheme.size()), text.size());
  Url url;
  url.authority = text.substr(kScheme.size(), slash - kScheme.size());
  url.prefix = text.substr(slash);
  while (!url.prefix.empty() && url.prefix.back() == '/') url.prefix.pop_back();
  url.host = url.authority;
  const size_t bracket = url.host.find(']');  // [::1]:8080
  const size_t colon =
      url.host.find(':', bracket == std::string::npos ? 0 : bracket);
  if (colon != std::string::npos) {
    url.port = url.host.substr(colon + 1);
    url.host.resize(colon);
  }
  if (!url.host.empty() && url.host.front() == '[') {
    url.host = url.host.substr(
        1, bracket == std::string::npos ? std::string::npos : bracket - 1);
  }
  int port = 0;
  const char* end = url.port.data() + url.port.size();
  const auto [stop, failed] = std::from_chars(url.port.data(), end, port);
  if (url.host.empty() || url.authority.find('@') != std::string::npos ||
      failed != std::errc() || stop != end || port < 1 || port > 65535) {
    return BadUrl(text, "Write http://host:port.");
  }
  return url;
}

}  // namespace

struct HttpClient::State {
  using Request = http::request<http::span_body<const uint8_t>>;
  using Response = http::response_parser<http::string_body>;

  Url url;
  std::chrono::seconds timeout{30};
  asio::io_context context{1};
  beast::flat_buffer buffer;
  std::unique_ptr<beast::tcp_stream> stream;

  // Starts an operation that ends with an error code, and waits for it.
  template <typename Start>
  beast::error_code Wait(Start&& start) {
    beast::error_code result;
    stream->expires_after(timeout);
    start([&](beast::error_code error, auto&&...) { result = error; });
    context.restart();
    context.run();
    return result;
  }

  Result<void> Connect();
  Result<HttpResponse> Exchange(Request* request);
  Error Unreachable(std::string_view what, beast::error_code error);
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::Make(
    const std::string& text, std::chrono::seconds timeout) {
  Result<Url> url = ParseUrl(text);
  if (!url.ok()) return std::move(url).error();
  std::unique_ptr<HttpClient> client(new HttpClient());
  client->state_->url = std::move(*url);
  client->state_->timeout = timeout;
  return client;
}

Error HttpClient::State::Unreachable(std::string_view what,
                                     beast::error_code error) {
  stream.reset();
  buffer.clear();
  const bool late = error == beast::error::timeout;
  return {late ? ErrorCode::kTimeout : ErrorCode::kUnreachable,
          std::string(what) + " " + url.authority + ": " +
              (late ? std::string("no answer in time") : error.message()) + ".",
          "Check that the server runs and the address is right.", ""};
}

Result<void> HttpClient::State::Connect() {
  stream = std::make_unique<beast::tcp_stream>(context);
  beast::error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(url.host, url.port, error);
  if (error) return Unreachable("Cannot find", error);
  error = Wait([&](auto done) { stream->async_connect(found, done); });
  if (error) return Unreachable("Cannot connect to", error);
  beast::error_code ignored;
  stream->socket().set_option(tcp::no_delay(true), ignored);
  return {};
}

Result<HttpResponse> HttpClient::State::Exchange(Request* request) {
  const beast::error_code sent =
      Wait([&](auto done) { http::async_write(*stream, *request, done); });
  // A server that refuses early may close before it has read everything; its
  // answer is there all the same.
  Response parser;
  parser.body_limit(kAnswerLimit);
  const beast::error_code read =
      Wait([&](auto done) { http::async_read(*stream, buffer, parser, done); });
  if (read) return Unreachable("The connection broke to", sent ? sent : read);
  const auto& response = parser.get();
  HttpResponse answer;
  answer.status = static_cast<int>(response.result_int());
  answer.body = response.body();
  const std::string wait(response[http::field::retry_after]);
  int seconds = 0;
  const auto [stop, failed] =
      std::from_chars(wait.data(), wait.data() + wait.size(), seconds);
  if (failed == std::errc() && seconds >= 0) {
    answer.retry_after = std::chrono::seconds(seconds);
  }
  if (sent || !response.keep_alive()) {
    stream.reset();
    buffer.clear();
  }
  return answer;
}

Result<HttpResponse> HttpClient::Post(const std::string& path,
                                      const std::string& content_type,
                                      const std::string& token, Bytes body) {
  State& state = *state_;
  try {
    if (state.stream == nullptr) {
      if (auto connected = state.Connect(); !connected.ok()) {
        return connected.error();
      }
    }
    State::Request request(http::verb::post, state.url.prefix + path, 11);
    request.set(http::field::host, state.url.authority);
    request.set(http::field::user_agent, "ferrite/" FERRITE_VERSION);
    request.set(http::field::content_type, content_type);
    request.set(http::field::authorization, "Bearer " + token);
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    return state.Exchange(&request);
  } catch (const std::exception& exception) {
    state.stream.reset();
    return Error{ErrorCode::kInternal,
                 std::string("The request failed: ") + exception.what(), "",
                 ""};
  }
}

}  // namespace ferrite
