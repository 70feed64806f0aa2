using System.Net;
using System.Text.Json;

namespace LiftPlus.Hub;

/// <summary>Represents a repository at one commit with the names of its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlySet<string> Files);

/// <summary>Speaks the hub's protocol: lists files, identifies each, and requests its content.</summary>
internal sealed class HubClient(HubTransport transport, HubOptions options)
{
    private const long MaxSize = 1L << 42; // of one file; no weight file comes near

    /// <summary>Requests the commit of a revision and the names of its files.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="retries">Whether to try again if the hub cannot be reached.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="HubException">The hub does not answer, refuses, or answers with something else.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, bool retries, CancellationToken cancellationToken)
    {
        Uri address = Address($"api/models/{repository.Id}/revision/{Uri.EscapeDataString(repository.Revision)}");
        (HttpResponseMessage response, _) = await transport.SendAsync(HttpMethod.Get, address, 0, retries, cancellationToken);
        using (response)
        {
            RequireSuccess(response, repository, null);
            try
            {
                using JsonDocument document = JsonDocument.Parse(await transport.ReadAsync(response, cancellationToken));
                string commit = document.RootElement.GetProperty("sha").GetString() ?? "";
                IEnumerable<string?> names = document
                    .RootElement.GetProperty("siblings")
                    .EnumerateArray()
                    .Select(file => file.GetProperty("rfilename").GetString());
                if (!HubRepository.IsCommit(commit) || (repository.IsPinned && commit != repository.Revision))
                {
                    throw new HubException(
                        $"{repository}: the hub names the commit '{HubTransport.Shown(commit)}', which is malformed or "
                            + "not the requested one. "
                            + $"Check HF_ENDPOINT ({options.Endpoint})."
                    );
                }

                return new HubListing(commit, names.OfType<string>().ToHashSet(StringComparer.Ordinal));
            }
            catch (Exception e)
                when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or TimeoutException)
            {
                throw new HubException(
                    $"{repository}: the hub's list of files cannot be read ({HubTransport.Line(e)}). "
                        + $"Check HF_ENDPOINT ({options.Endpoint}), or try again.",
                    e
                );
            }
        }
    }

    /// <summary>Requests the identity and length of a file without its content.</summary>
    /// <exception cref="HubException">The hub does not answer, refuses, or leaves out what is needed.</exception>
    public async Task<HubFile> DescribeAsync(HubRepository repository, string commit, string name, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, Dictionary<string, string> facts) = await transport.SendAsync(
            HttpMethod.Head,
            FileAddress(repository, commit, name),
            0,
            true,
            cancellationToken
        );
        using (response)
        {
            bool isElsewhere = HubTransport.IsRedirect(response); // large files lie on other hosts, whose own tags and lengths do not count
            if (!isElsewhere)
                RequireSuccess(response, repository, name);
            string tag = Normalize(facts.GetValueOrDefault("X-Linked-Etag") ?? response.Headers.ETag?.ToString() ?? "");
            long? size =
                facts.GetValueOrDefault("X-Linked-Size") is string linked ? (long.TryParse(linked, out long length) ? length : -1)
                : isElsewhere ? null
                : response.Content.Headers.ContentLength;
            List<string> problems = [];
            if (facts.GetValueOrDefault("X-Repo-Commit") is not string found || found != commit)
                problems.Add(
                    $"X-Repo-Commit is '{HubTransport.Shown(facts.GetValueOrDefault("X-Repo-Commit") ?? "missing")}' instead of {commit}"
                );
            if (!HubFile.IsHash(tag)) // a length alone would accept any content
                problems.Add($"its ETag is '{HubTransport.Shown(tag)}', which is neither a SHA-256 nor a git SHA-1 of its content");
            if (size is not (>= 0 and <= MaxSize))
                problems.Add($"its length is {(size is null ? "missing" : "no length")}");
            return problems.Count == 0
                ? new HubFile(name, tag, size!.Value)
                : throw new HubException(
                    $"{repository}: {name} cannot be identified: {string.Join(", ", problems)}. "
                        + $"Check that HF_ENDPOINT ({options.Endpoint}) is a Hugging Face hub and not a proxy's page."
                );
        }
    }

    /// <summary>
    /// Requests the content of a file from a byte on. The status is 200 (from the first byte), 206 or 416; the caller disposes the
    /// response.
    /// </summary>
    /// <exception cref="HubException">The hub does not answer or refuses.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        HubRepository repository,
        string commit,
        string name,
        long from,
        CancellationToken cancellationToken
    )
    {
        (HttpResponseMessage response, _) = await transport.SendAsync(
            HttpMethod.Get,
            FileAddress(repository, commit, name),
            from,
            true,
            cancellationToken
        );
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

    private Uri Address(string path) => new($"{options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private Uri FileAddress(HubRepository repository, string commit, string name) =>
        Address($"{repository.Id}/resolve/{commit}/{Uri.EscapeDataString(name)}");

    private void RequireSuccess(HttpResponseMessage response, HubRepository repository, string? file)
    {
        if (response.IsSuccessStatusCode)
            return;
        string what = file is null ? repository.ToString() : $"{repository}: {file}";
        string page = Address(repository.Id).ToString();
        string advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when options.Token is null =>
                "there is no such repository, or it is private or gated. Check the id, "
                    + "or set HF_TOKEN to an access token that may read it.",
            HttpStatusCode.Unauthorized => "the access token is not accepted, or there is no such repository. Check the id and HF_TOKEN.",
            HttpStatusCode.Forbidden =>
                $"the access token may not read it. Accept its conditions at {page}, if it has any, with the token's account.",
            HttpStatusCode.NotFound => $"there is no such {(file is null ? "repository or revision" : "file")}. "
                + $"Check the id at {page}; a folder or file on disk by that name does not exist either.",
            HttpStatusCode.TooManyRequests => $"there were too many requests{Pause(response)}. "
                + "Try again later; with HF_TOKEN set the limit is higher.",
            _ => "try again later.",
        };
        string said = response.Headers.TryGetValues("X-Error-Message", out IEnumerable<string>? messages)
            ? $" (\"{HubTransport.Shown(messages.First())}\")"
            : "";
        throw new HubException($"{what}: the hub answered {(int)response.StatusCode}{said}: {advice}", response.StatusCode);
    }

    private static string Pause(HttpResponseMessage response) =>
        HubTransport.RetryAfter(response) is TimeSpan wait ? $"; the next is accepted in {wait.TotalSeconds:0} s" : "";

    // W/"tag" or "tag".
    private static string Normalize(string tag) => (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
}
