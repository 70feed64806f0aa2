using System.Net.Http.Headers;
using LiftPlus.Files;
using LiftPlus.Messages;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Timeout;

namespace LiftPlus.Hub;

/// <summary>
/// Sends requests. Temporary failures (408, 429, 5xx, no connection) are retried. Redirects are followed here, so that the token stays with
/// the host it was given for and https is never left.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MaxRedirects = 8,
        MaxListing = 16 << 20,
        LeastOfListing = 1 << 12,
        Retries = 4;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(2);
    private static readonly ProductInfoHeaderValue s_agent = new("LiftPlus", typeof(HubTransport).Assembly.GetName().Version!.ToString(3));
    private readonly HubOptions _options;
    private readonly SocketsHttpHandler _sockets;
    private readonly HttpMessageInvoker _retrying,
        _single; // with and without retries

    public HubTransport(HubOptions options, ILogger logger)
    {
        _options = options;
        _sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.IdleTimeout,
        };
        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = Retries,
            Delay = options.RetryDelay,
            ShouldHandle = arguments =>
                ValueTask.FromResult(
                    HttpClientResiliencePredicates.IsTransient(arguments.Outcome) && !(RetryAfter(arguments.Outcome.Result) > s_longestWait)
                ),
            OnRetry = arguments =>
            {
                HubLog.Retrying(logger, Reason(arguments.Outcome), arguments.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        };
        HttpMessageInvoker Invoker(ResiliencePipelineBuilder<HttpResponseMessage> builder) =>
            new(new ResilienceHandler(builder.AddTimeout(options.IdleTimeout).Build()) { InnerHandler = _sockets }, disposeHandler: false);
        _retrying = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(retry));
        _single = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>());
    }

    /// <summary>
    /// Follows redirects and returns the last response with the X- headers of all of them; the first of a name counts. HEAD stops before
    /// another host.
    /// </summary>
    /// <exception cref="HubException">There is no answer, or a redirect is not followed.</exception>
    public async Task<(HttpResponseMessage Response, Dictionary<string, string> Facts)> SendAsync(
        HttpMethod method,
        Uri address,
        long from,
        bool retries,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, string> facts = new(StringComparer.OrdinalIgnoreCase);
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, address, from, retries, cancellationToken);
            foreach (
                (string name, IEnumerable<string> values) in response.Headers.Where(header =>
                    header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
                )
            )
                facts.TryAdd(name, values.First());
            if (!IsRedirect(response))
                return (response, facts);
            if (
                !Uri.TryCreate(address, response.Headers.Location, out Uri? next)
                || next.Scheme is not ("https" or "http")
                || (address.Scheme == "https" && next.Scheme != "https")
            )
            {
                response.Dispose();
                throw new HubException(
                    $"{address.Host} redirects to '{Shown(next?.ToString() ?? "nowhere")}', which is not followed. "
                        + $"Check HF_ENDPOINT ({_options.Endpoint})."
                );
            }

            if (method == HttpMethod.Head && !IsHub(next))
                return (response, facts);
            response.Dispose();
            address = next;
        }

        throw new HubException($"{address.Host} redirects more than {MaxRedirects} times. Check HF_ENDPOINT ({_options.Endpoint}).");
    }

    /// <summary>Reads a short response.</summary>
    /// <exception cref="IOException">The response is too long, or the connection breaks.</exception>
    /// <exception cref="TimeoutException">The data arrive too slowly.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream all = new();
        byte[] buffer = new byte[1 << 14];
        SteadyReader reader = new(body, _options.IdleTimeout, LeastOfListing);
        while (await reader.ReadAsync(buffer, cancellationToken) is int read and > 0)
        {
            all.Write(buffer, 0, read);
            if (all.Length > MaxListing)
                throw new IOException($"it has more than {MaxListing} bytes");
        }

        return all.ToArray();
    }

    public void Dispose() => _sockets.Dispose();

    /// <summary>Returns whether a response is a redirect.</summary>
    public static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    /// <summary>Returns the delay that a response asks for.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response?.Headers.RetryAfter switch
        {
            { Delta: TimeSpan delta } => delta,
            { Date: DateTimeOffset date } => date - DateTimeOffset.UtcNow,
            _ => null,
        };

    /// <summary>Returns a server's text for a message: short and in one line.</summary>
    public static string Shown(string text) => PlainText.Visible(new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]));

    /// <summary>Returns what went wrong, in one line.</summary>
    public static string Line(Exception e) => e.Message.Split('\n')[0].TrimEnd('\r', '.');

    private bool IsHub(Uri address) =>
        (address.Scheme, address.Host, address.Port) == (_options.Endpoint.Scheme, _options.Endpoint.Host, _options.Endpoint.Port);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method,
        Uri address,
        long from,
        bool retries,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.Add(s_agent);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // lengths and ranges are those of the file
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        if (_options.Token is not null && IsHub(address) && (address.Scheme == "https" || address.IsLoopback))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        try
        {
            return await (retries ? _retrying : _single).SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            string reason = e is TimeoutRejectedException ? $"no answer within {_options.IdleTimeout.TotalSeconds:0.#} s" : Line(e);
            throw new HubException(
                $"{address.Host} cannot be reached ({reason}). Check the network and HF_ENDPOINT ({_options.Endpoint}); "
                    + "HF_HUB_OFFLINE=1 uses the cached files.",
                e
            );
        }
    }

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is Exception e ? Line(e) : $"status {(int)outcome.Result!.StatusCode}";
}
