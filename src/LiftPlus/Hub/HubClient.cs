using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace LiftPlus.Hub;

/// <summary>A repository at one commit and the names of its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlySet<string> Files);

/// <summary>
/// The hub's protocol. Answers that will pass (408, 429, 5xx, no connection) are waited out; redirects are followed here, so that the token stays
/// with the host it was given for and https is never left.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 8, MaxListing = 16 << 20, Retries = 4;
    private const long MaxSize = 1L << 42; // of one file; no weight file comes near
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(2);
    private static readonly ProductInfoHeaderValue s_agent = new("LiftPlus", typeof(HubClient).Assembly.GetName().Version!.ToString(3));
    private readonly HubOptions _options;
    private readonly ILogger _logger;
    private readonly SocketsHttpHandler _sockets;
    private readonly HttpMessageInvoker _patient, _hasty; // with and without further attempts

    public HubClient(HubOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = options.Silence };
        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = Retries,
            Delay = options.RetryDelay,
            ShouldHandle = arguments => ValueTask.FromResult(
                HttpClientResiliencePredicates.IsTransient(arguments.Outcome) && !(RetryAfter(arguments.Outcome.Result) > s_longestWait)),
            OnRetry = arguments =>
            {
                HubLog.Retrying(logger, Reason(arguments.Outcome), arguments.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        };
        HttpMessageInvoker Invoker(ResiliencePipelineBuilder<HttpResponseMessage> builder) => new(
            new ResilienceHandler(builder.AddTimeout(options.Silence).Build()) { InnerHandler = _sockets }, disposeHandler: false);
        _patient = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(retry));
        _hasty = Invoker(new ResiliencePipelineBuilder<HttpResponseMessage>());
    }

    /// <summary>Asks which commit a revision is and which files it has.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="isPatient">Whether to try again where the hub cannot be reached.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HubException">No answer, a refusal, or an answer that is none.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, bool isPatient, CancellationToken cancellationToken)
    {
        Uri address = Address($"api/models/{repository.Id}/revision/{Uri.EscapeDataString(repository.Revision)}");
        (HttpResponseMessage response, _) = await SendAsync(HttpMethod.Get, address, 0, isPatient, cancellationToken);
        using (response)
        {
            RequireSuccess(response, repository, null);
            try
            {
                using JsonDocument document = JsonDocument.Parse(await ReadAsync(response, cancellationToken));
                string commit = document.RootElement.GetProperty("sha").GetString() ?? "";
                IEnumerable<string?> names = document.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString());
                if (!HubRepository.IsCommit(commit) || (repository.IsPinned && commit != repository.Revision))
                {
                    throw new HubException($"{repository}: the hub names the commit '{Shown(commit)}', which is none or not the one asked for. "
                        + $"Check HF_ENDPOINT ({_options.Endpoint}).");
                }

                return new HubListing(commit, names.OfType<string>().ToHashSet(StringComparer.Ordinal));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or TimeoutException)
            {
                throw new HubException($"{repository}: the hub's list of files cannot be read ({Line(e)}). Check HF_ENDPOINT ({_options.Endpoint}), or try again.", e);
            }
        }
    }

    /// <summary>Asks for a file's identity and length without its content.</summary>
    /// <exception cref="HubException">No answer, a refusal, or one that lacks what is needed.</exception>
    public async Task<HubFile> DescribeAsync(HubRepository repository, string commit, string name, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, Dictionary<string, string> facts) = await SendAsync(HttpMethod.Head, FileAddress(repository, commit, name), 0, true, cancellationToken);
        using (response)
        {
            bool isElsewhere = IsRedirect(response); // large files lie on other hosts, whose own tags and lengths do not count
            if (!isElsewhere)
                RequireSuccess(response, repository, name);
            string tag = Normalize(facts.GetValueOrDefault("X-Linked-Etag") ?? response.Headers.ETag?.ToString() ?? "");
            long? size = facts.GetValueOrDefault("X-Linked-Size") is string linked ? (long.TryParse(linked, out long length) ? length : -1)
                : isElsewhere ? null : response.Content.Headers.ContentLength;
            List<string> problems = [];
            if (facts.GetValueOrDefault("X-Repo-Commit") is not string found || found != commit)
                problems.Add($"X-Repo-Commit is '{Shown(facts.GetValueOrDefault("X-Repo-Commit") ?? "missing")}' instead of {commit}");
            if (tag.Length is 0 or > 128 || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                problems.Add($"its ETag is '{Shown(tag)}'");
            if (size is not (>= 0 and <= MaxSize))
                problems.Add($"its length is {(size is null ? "missing" : "no length")}");
            return problems.Count == 0 ? new HubFile(name, tag, size!.Value)
                : throw new HubException($"{repository}: {name} cannot be identified: {string.Join(", ", problems)}. "
                    + $"Check that HF_ENDPOINT ({_options.Endpoint}) is a Hugging Face hub and not a proxy's page.");
        }
    }

    /// <summary>Asks for a file's content from a byte on. The answer is 200 (from the first byte), 206 or 416; the caller disposes it.</summary>
    /// <exception cref="HubException">No answer or a refusal.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HubRepository repository, string commit, string name, long from, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, _) = await SendAsync(HttpMethod.Get, FileAddress(repository, commit, name), from, true, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return response;
        try
        {
            RequireSuccess(response, repository, name);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose() => _sockets.Dispose();

    private Uri Address(string path) => new($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private Uri FileAddress(HubRepository repository, string commit, string name) => Address($"{repository.Id}/resolve/{commit}/{Uri.EscapeDataString(name)}");

    private bool IsHub(Uri address) => (address.Scheme, address.Host, address.Port) == (_options.Endpoint.Scheme, _options.Endpoint.Host, _options.Endpoint.Port);

    // Follows redirects and gives the last answer with the X- headers of all of them, the first of a name counting. HEAD stops before another host.
    private async Task<(HttpResponseMessage Response, Dictionary<string, string> Facts)> SendAsync(
        HttpMethod method, Uri address, long from, bool isPatient, CancellationToken cancellationToken)
    {
        Dictionary<string, string> facts = new(StringComparer.OrdinalIgnoreCase);
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, address, from, isPatient, cancellationToken);
            foreach ((string name, IEnumerable<string> values) in response.Headers.Where(header => header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase)))
                facts.TryAdd(name, values.First());
            if (!IsRedirect(response))
                return (response, facts);
            Uri? next = response.Headers.Location is Uri location ? new Uri(address, location) : null;
            if (next is null || next.Scheme is not ("https" or "http") || (address.Scheme == "https" && next.Scheme != "https"))
            {
                response.Dispose();
                throw new HubException($"{address.Host} redirects to '{Shown(next?.ToString() ?? "nowhere")}', which is not followed. Check HF_ENDPOINT ({_options.Endpoint}).");
            }

            if (method == HttpMethod.Head && !IsHub(next))
                return (response, facts);
            response.Dispose();
            address = next;
        }

        throw new HubException($"{address.Host} redirects more than {MaxRedirects} times. Check HF_ENDPOINT ({_options.Endpoint}).");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri address, long from, bool isPatient, CancellationToken cancellationToken)
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
            throw new HubException($"{address.Host} cannot be reached ({reason}). Check the network and HF_ENDPOINT ({_options.Endpoint}); "
                + "HF_HUB_OFFLINE=1 takes what is in the cache.", e);
        }
    }

    private void RequireSuccess(HttpResponseMessage response, HubRepository repository, string? file)
    {
        if (response.IsSuccessStatusCode)
            return;
        string what = file is null ? repository.ToString() : $"{repository}: {file}";
        string page = Address(repository.Id).ToString();
        string advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when _options.Token is null =>
                "there is no such repository, or it is not for everybody. Check the id; for a private or gated one set HF_TOKEN to an access token that may read it.",
            HttpStatusCode.Unauthorized => "the access token is not accepted, or there is no such repository. Check the id and HF_TOKEN.",
            HttpStatusCode.Forbidden => $"the access token may not read it. Accept its conditions at {page}, if it has any, with the token's account.",
            HttpStatusCode.NotFound => $"there is no such {(file is null ? "repository or revision" : "file")}. "
                + $"Check the id at {page}; a folder or file on disk by that name does not exist either.",
            HttpStatusCode.TooManyRequests => $"it is asked too often{(RetryAfter(response) is TimeSpan wait ? $" and wants {wait.TotalSeconds:0} s of rest" : "")}. "
                + "Try again later; with HF_TOKEN set the limit is higher.",
            _ => "try again later.",
        };
        string said = response.Headers.TryGetValues("X-Error-Message", out IEnumerable<string>? messages) ? $" (\"{Shown(messages.First())}\")" : "";
        throw new HubException($"{what}: the hub answered {(int)response.StatusCode}{said}: {advice}", response.StatusCode);
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
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

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    // W/"tag" or "tag".
    private static string Normalize(string tag) => (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');

    private static TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: TimeSpan delta } => delta,
        { Date: DateTimeOffset date } => date - DateTimeOffset.UtcNow,
        _ => null,
    };

    private static string Reason(Outcome<HttpResponseMessage> outcome) => outcome.Exception is Exception e ? Line(e) : $"status {(int)outcome.Result!.StatusCode}";

    private static string Line(Exception e) => e.Message.Split('\n')[0].TrimEnd('\r', '.');

    // A server's text in a message: short and without control characters.
    public static string Shown(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}
