using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Timeout;

namespace LiftPlus.Hub;

/// <summary>
/// Sends requests. Transient failures (408, 429, 5xx, no connection) are retried; redirects are followed here, so that the token stays with
/// its host and https is never left.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MaxRedirects = 8,
        MaxListing = 16 << 20,
        Retries = 4;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(2);
    private static readonly ProductInfoHeaderValue s_agent = new("LiftPlus", typeof(HubTransport).Assembly.GetName().Version!.ToString(3));
    private readonly HubOptions _options;
    private readonly SocketsHttpHandler _sockets;
    private readonly HttpMessageInvoker _patient,
        _hasty; // with and without further attempts

    public HubTransport(HubOptions options, ILogger logger)
    {
        _options = options;
        _sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.Silence,
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
            new(new ResilienceHandler(builder.AddTimeout(options.Silence).Build()) { InnerHandler = _sockets }, disposeHandler: false);
        _patient = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(retry));
        _hasty = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>());
    }

    /// <summary>
    /// Sends a request, follows redirects and returns the last response with the X- headers of all responses, where the first of a name
    /// counts. HEAD stops before another host.
    /// </summary>
    /// <exception cref="HubException">There was no answer, or a redirect that is not followed.</exception>
    public async Task<(HttpResponseMessage Response, Dictionary<string, string> Facts)> SendAsync(
        HttpMethod method,
        Uri address,
        long from,
        bool isPatient,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, string> facts = new(StringComparer.OrdinalIgnoreCase);
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, address, from, isPatient, cancellationToken);
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
    /// <exception cref="IOException">It is too long, or the connection broke.</exception>
    /// <exception cref="TimeoutException">The server stopped sending.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream all = new();
        byte[] buffer = new byte[1 << 14];
        while (await SilentRead.ReadAsync(body, buffer, _options.Silence, cancellationToken) is int read and > 0)
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

    /// <summary>Returns how long a response asks to wait.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response?.Headers.RetryAfter switch
        {
            { Delta: TimeSpan delta } => delta,
            { Date: DateTimeOffset date } => date - DateTimeOffset.UtcNow,
            _ => null,
        };

    /// <summary>Returns a server's text for use in a message: short and without control characters.</summary>
    public static string Shown(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);

    /// <summary>Returns the error as one line.</summary>
    public static string Line(Exception e) => e.Message.Split('\n')[0].TrimEnd('\r', '.');

    private bool IsHub(Uri address) =>
        (address.Scheme, address.Host, address.Port) == (_options.Endpoint.Scheme, _options.Endpoint.Host, _options.Endpoint.Port);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method,
        Uri address,
        long from,
        bool isPatient,
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
            return await (isPatient ? _patient : _hasty).SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            string reason = e is TimeoutRejectedException ? $"no answer within {_options.Silence.TotalSeconds:0.#} s" : Line(e);
            throw new HubException(
                $"{address.Host} cannot be reached ({reason}). Check the network and HF_ENDPOINT ({_options.Endpoint}); "
                    + "HF_HUB_OFFLINE=1 takes what is in the cache.",
                e
            );
        }
    }

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is Exception e ? Line(e) : $"status {(int)outcome.Result!.StatusCode}";
}
