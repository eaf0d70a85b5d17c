namespace LoraDiff.Hub.Tests;

public sealed class HubEnvironmentTests
{
    private static HubOptions Options(Dictionary<string, string> variables, Dictionary<string, string>? files = null) =>
        new HubEnvironment(variables.GetValueOrDefault, "/home/me", (files ?? []).GetValueOrDefault).Options();

    [Fact]
    public void Options_OfAnEmptyEnvironment_AreTheDefaults()
    {
        var options = Options([]);

        Assert.Equal("https://huggingface.co/", options.Endpoint.ToString());
        Assert.Equal(Path.Combine("/home/me", ".cache", "huggingface", "hub"), options.CacheFolder);
        Assert.Null(options.Token);
        Assert.False(options.Offline);
        Assert.Equal(10, options.RequestTimeout.TotalSeconds);
    }

    [Theory]
    [InlineData("HF_HOME", "/x", "/x/hub")]
    [InlineData("XDG_CACHE_HOME", "/x", "/x/huggingface/hub")]
    [InlineData("HF_HUB_CACHE", "~/c", "/home/me/c")]
    [InlineData("HUGGINGFACE_HUB_CACHE", "/old", "/old")]
    public void CacheFolder_FollowsTheVariable(string name, string value, string expected) => Assert.Equal(expected, Options(new() { [name] = value }).CacheFolder);

    [Theory]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("Yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData("2", false)]
    public void Offline_IsOnForTheFourTrueWords(string value, bool expected) => Assert.Equal(expected, Options(new() { ["HF_HUB_OFFLINE"] = value }).Offline);

    [Fact]
    public void Offline_OfTheHubsOwnVariable_WinsOverTransformers()
    {
        Assert.False(Options(new() { ["HF_HUB_OFFLINE"] = "0", ["TRANSFORMERS_OFFLINE"] = "1" }).Offline);
        Assert.True(Options(new() { ["HF_HUB_OFFLINE"] = "", ["TRANSFORMERS_OFFLINE"] = "1" }).Offline);
    }

    [Theory]
    [InlineData("$BASE/hf", "/b/hf/hub")]
    [InlineData("${BASE}x", "/bx/hub")]
    [InlineData("/$NO/x", "/$NO/x/hub")]
    public void CacheFolder_OfAPathWithVariables_IsExpanded(string path, string expected) => Assert.Equal(expected, Options(new() { ["HF_HOME"] = path, ["BASE"] = "/b" }).CacheFolder);

    [Theory]
    [InlineData("/home/me/.cache/huggingface", null, "/home/me/.cache/huggingface/hub", null)]
    [InlineData("/x/huggingface", "XDG_CACHE_HOME", "/x/huggingface/hub", "XDG_CACHE_HOME", "XDG_CACHE_HOME=/x")]
    [InlineData("/f", "HF_HOME", "/f/hub", "HF_HOME", "XDG_CACHE_HOME=/x", "HF_HOME=/f")]
    [InlineData("/home/me/own", "HF_HOME", "/home/me/own/hub", "HF_HOME", "HF_HOME=~/own")]
    [InlineData("/b/hf", "HF_HOME", "/b/hf/hub", "HF_HOME", "HF_HOME=$BASE/hf", "BASE=/b")]
    [InlineData("/f", "HF_HOME", "/c", "HF_HUB_CACHE", "HF_HOME=/f", "HF_HUB_CACHE=/c", "HUGGINGFACE_HUB_CACHE=/o")]
    [InlineData("/f", "HF_HOME", "/o", "HUGGINGFACE_HUB_CACHE", "HF_HOME=/f", "HUGGINGFACE_HUB_CACHE=/o", "HF_HUB_CACHE=")]
    public void Locations_NameTheVariableThatPlacesThem(string home, string? homeVariable, string cache, string? cacheVariable, params string[] variables)
    {
        var environment = new HubEnvironment(variables.Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]).GetValueOrDefault, "/home/me", _ => null);

        Assert.Equal(new HubLocation(home, homeVariable), environment.Home());
        Assert.Equal(new HubLocation(cache, cacheVariable), environment.Cache());
    }

    [Fact]
    public void StoredTokens_LieBesideTheTokenFile()
    {
        Dictionary<string, string> variables = new() { ["HF_TOKEN_PATH"] = "/secrets/token" };
        Dictionary<string, string> files = new() { [Path.Combine("/secrets", "stored_tokens")] = "[work]\nhf_token = hf_a\n" };

        Assert.Equal("hf_a", new HubEnvironment(variables.GetValueOrDefault, "/home/me", files.GetValueOrDefault).StoredToken("work"));
    }

    [Fact]
    public void Switches_AreOffUnlessTheirVariablesAreOn()
    {
        var on = Options(new() { ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1", ["DO_NOT_TRACK"] = "true", ["HF_HUB_DISABLE_SYMLINKS"] = "ON" });
        var off = Options(new() { ["HF_HUB_DISABLE_PROGRESS_BARS"] = "0" });

        Assert.Equal((true, true, true), (on.DisableProgressBars, on.DisableTelemetry, on.DisableSymlinks));
        Assert.Equal((false, false, OperatingSystem.IsWindows()), (off.DisableProgressBars, off.DisableTelemetry, off.DisableSymlinks));
    }

    [Fact]
    public void Token_OfTheVariable_WinsOverTheFile()
    {
        Dictionary<string, string> file = new() { [Path.Combine("/home/me", ".cache", "huggingface", "token")] = "  hf_file\n" };

        Assert.Equal("hf_file", Options([], file).Token);
        Assert.Equal("hf_variable", Options(new() { ["HF_TOKEN"] = "hf_variable\n" }, file).Token);
        Assert.Equal("hf_old", Options(new() { ["HUGGING_FACE_HUB_TOKEN"] = "hf_old" }, file).Token);
        Assert.Null(Options(new() { ["HF_TOKEN"] = "hf_variable", ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1" }, file).Token);
        Assert.Equal("hf_there", Options(new() { ["HF_TOKEN_PATH"] = "/t" }, new() { ["/t"] = "hf_there" }).Token);
    }

    [Fact]
    public void StoredTokens_AreReadFromTheirIniFile()
    {
        var text = "[work]\nhf_token = hf_a\n\n[home]\r\nhf_token=hf_b\r\nother = 1\n";
        var tokens = new HubEnvironment(_ => null, "/home/me", path => path.EndsWith("stored_tokens", StringComparison.Ordinal) ? text : null).StoredTokens();

        Assert.Equal([("work", "hf_a"), ("home", "hf_b")], tokens);
    }

    [Theory]
    [InlineData("[a]\nHF_TOKEN: hf_a\n", "hf_a")]
    [InlineData("# [b]\n[a]\n; hf_token = hf_c\nhf_token = hf_a\n", "hf_a")]
    [InlineData("[a]\nrefresh_token = hf_r\nexpires_at = 1\nhf_token = hf_a\n", "hf_a")]
    [InlineData("[DEFAULT]\nhf_token = hf_d\n[a]\nhf_token = hf_a=\n", "hf_a=")]
    public void StoredTokens_AreReadAsPythonReadsThem(string text, string expected) =>
        Assert.Equal([("a", expected)], new HubEnvironment(_ => null, "/home/me", _ => text).StoredTokens());

    [Fact]
    public void UseStoredToken_TakesTheNamedOne_AndSaysWhichThereAre()
    {
        var environment = new HubEnvironment(name => name == "HF_TOKEN" ? "hf_active" : null, "/home/me", path => path.EndsWith("stored_tokens", StringComparison.Ordinal) ? "[work]\nhf_token = hf_a\n[my home]\nhf_token = hf_b\n" : null);
        var options = environment.Options();

        Assert.Equal("hf_b", options.UseStoredToken("my home", environment).Token);
        Assert.Equal(["work", "my home"], environment.StoredTokenNames());
        var error = Assert.Throws<ArgumentException>(() => options.UseStoredToken("play", environment));
        Assert.Contains("'play'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'work', 'my home'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_b", error.Message + options, StringComparison.Ordinal);
        Assert.Equal("hf_b", options.Token);
        Assert.Throws<ArgumentException>(() => new HubOptions().UseStoredToken("play", new HubEnvironment(_ => null, "/home/me", _ => null)));
    }

    [Fact]
    public void Endpoint_WithAPassword_IsRefused_AndNeverShown()
    {
        var options = Options(new() { ["HF_ENDPOINT"] = "https://user:secret@mirror.example/hub" });

        var error = Assert.Throws<ArgumentException>(() => HubClient.Create(options));

        Assert.Contains("mirror.example", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + options, StringComparison.Ordinal);
        Assert.StartsWith("https://mirror.example/hub (", options.ToString(), StringComparison.Ordinal);
        options.Endpoint = new("ftp://user:secret@mirror.example");
        Assert.DoesNotContain("secret", Assert.Throws<ArgumentException>(() => HubClient.Create(options)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Throws<ArgumentException>(() => Options(new() { ["HF_ENDPOINT"] = "ftp://user:secret@mirror.example" })).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", HubText.WithoutQuery(new("https://user:secret@store.example/a?b")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "huggingface.co")]
    [InlineData("HF_HUB_ETAG_TIMEOUT", "soon")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT", "-1")]
    public void Options_OfAVariableThatCannotBeRead_NameIt(string name, string value) =>
        Assert.StartsWith(name, Assert.Throws<ArgumentException>(() => Options(new() { [name] = value })).Message, StringComparison.Ordinal);
}
