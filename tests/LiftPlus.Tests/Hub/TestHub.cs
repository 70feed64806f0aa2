namespace LiftPlus.Tests.Hub;

/// <summary>The library's hub, pointed at a server of the tests and in a hurry.</summary>
internal static class TestHub
{
    public static HubOptions Options(Uri address, string cache) =>
        new()
        {
            Endpoint = address,
            CacheFolder = cache,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            IdleTimeout = TimeSpan.FromSeconds(10),
        };

    public static HuggingFaceHub Create(FakeHub hub, string cache, Func<HubOptions, HubOptions>? change = null) =>
        new((change ?? (options => options))(Options(hub.Address, cache)));
}
