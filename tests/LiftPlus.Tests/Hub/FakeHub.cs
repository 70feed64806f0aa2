using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LiftPlus.Tests.Hub;

/// <summary>
/// The Hugging Face hub in small: one repository whose large files lie on another host. <see cref="Twist"/> and <see cref="TwistContent"/>
/// bend its answers.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Repository = "owner/some-clip";
    public const int LargeFrom = 1000; // bytes

    private readonly WebServer _hub,
        _content;

    public FakeHub(IReadOnlyDictionary<string, byte[]> files)
    {
        Files = files;
        _content = new WebServer(request => TwistContent?.Invoke(request, Content(request)) ?? Content(request));
        _hub = new WebServer(request => Twist?.Invoke(request, Answer(request)) ?? Answer(request));
    }

    public IReadOnlyDictionary<string, byte[]> Files { get; }

    public string Commit { get; set; } = new('a', 40);

    /// <summary>Gets a request and the right answer of the hub, and gives the answer to send; null for the right one.</summary>
    public Func<WebRequest, WebAnswer, WebAnswer?>? Twist { get; set; }

    /// <summary>The same for the host of the large files.</summary>
    public Func<WebRequest, WebAnswer, WebAnswer?>? TwistContent { get; set; }

    public Uri Address => _hub.Address;

    public ConcurrentQueue<WebRequest> Requests => _hub.Requests;

    public ConcurrentQueue<WebRequest> ContentRequests => _content.Requests;

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string GitSha1(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public static string Tag(byte[] content) => content.Length >= LargeFrom ? Sha256(content) : GitSha1(content);

    public void Dispose()
    {
        _hub.Dispose();
        _content.Dispose();
    }

    private WebAnswer Answer(WebRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
        {
            var listing = new
            {
                id = Repository,
                sha = Commit,
                siblings = Files.Keys.Select(name => new { rfilename = name }),
            };
            return new WebAnswer(200, JsonSerializer.SerializeToUtf8Bytes(listing));
        }

        string prefix = $"/{Repository}/resolve/{Commit}/",
            moved = "/api/resolve-cache/";
        string? name =
            request.Path.StartsWith(prefix, StringComparison.Ordinal) ? request.Path[prefix.Length..]
            : request.Path.StartsWith(moved, StringComparison.Ordinal) ? request.Path[moved.Length..]
            : null;
        if (name is null || !Files.TryGetValue(name, out byte[]? content))
            return new WebAnswer(404, []);
        if (content.Length < LargeFrom) // small files are redirected once within the hub, and carry git's tag
        {
            return request.Path.StartsWith(prefix, StringComparison.Ordinal)
                ? new WebAnswer(307, [], ("Location", moved + name), ("X-Repo-Commit", Commit))
                : Part(request, content, ("X-Repo-Commit", Commit), ("ETag", $"\"{GitSha1(content)}\""));
        }

        return new WebAnswer(
            302,
            [],
            ("Location", new Uri(_content.Address, name + "?signature=1").ToString()),
            ("X-Repo-Commit", Commit),
            ("X-Linked-Etag", $"\"{Sha256(content)}\""),
            ("X-Linked-Size", content.Length.ToString()),
            ("ETag", "\"of-the-redirect\"")
        );
    }

    private WebAnswer Content(WebRequest request) =>
        Part(request, Files[request.Path[1..request.Path.IndexOf('?')]], ("ETag", "\"of-the-other-host\""));

    private static WebAnswer Part(WebRequest request, byte[] content, params (string, string)[] headers)
    {
        if (request.From == 0)
            return new WebAnswer(200, content, headers);
        return request.From < content.Length
            ? new WebAnswer(
                206,
                content[(int)request.From..],
                [.. headers, ("Content-Range", $"bytes {request.From}-{content.Length - 1}/{content.Length}")]
            )
            : new WebAnswer(416, []);
    }
}
